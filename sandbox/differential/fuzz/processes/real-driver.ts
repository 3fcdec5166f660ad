/**
 * A tree of processes on the real kernel, led by a program of the Machine's own Python: one line of JSON a sequence, an
 * array of operations. The leader tells one process at a time what to do, and waits until everybody is at rest again
 * before it goes on: asleep without a signal that would wake it, stopped or ended, twice in a row. So nothing depends on
 * who is faster. All of them live in namespaces of the sequence, and end with its number 1.
 */
import { realMembers } from './real-members';

export const realDriver = String.raw`${realMembers}

# The leader.

class Tree:
    def __init__(self):
        self.pipes = [os.pipe() + os.pipe() for _ in range(MAX)]
        for fd in [fd for pipe in self.pipes for fd in pipe]:
            os.set_inheritable(fd, True)
        self.pids = {}
        self.names = {}
        self.root = clone(flags_of(['pid', 'mnt', 'uts', 'ipc', 'net']))
        if self.root == 0:
            os.setsid()
            mount(None, b'/', None, 16384 | (1 << 18))
            mount(b'proc', b'/proc', b'proc', 0)
            mount(b'tmp', b'/tmp', b'tmpfs', 0)
            os.chmod('/tmp', 0o1777)
            create({'path': '/tmp/f'})
            live(0, self.pipes)
        self.pids[0] = int(self.hear(0, 10).split()[1])
        self.proc = os.open('/proc/%d/root/proc' % self.root, os.O_PATH | os.O_DIRECTORY)
        self.rest()

    def hear(self, k, seconds):
        if not select.select([self.pipes[k][2]], [], [], seconds)[0]:
            return None
        return os.read(self.pipes[k][2], 65536).decode().strip().replace('\n', ', ')

    def fields(self, k):
        try:
            fd = os.open('%d/status' % self.pids[k], os.O_RDONLY, dir_fd=self.proc)
        except OSError:
            return None
        try:
            text = os.read(fd, 8192).decode()
        except OSError:
            return None
        finally:
            os.close(fd)
        return dict(line.split(':', 1) for line in text.splitlines())

    # A letter, or None while something is still going on.
    def state(self, k):
        fields = self.fields(k)
        if fields is None:
            return 'gone'
        letter = fields['State'].strip()[0]
        if letter in 'ZXT':
            return letter
        if letter != 'S':
            return None
        if 'VmSize' not in fields:
            return 'ending'
        pending = int(fields['SigPnd'], 16) | int(fields['ShdPnd'], 16)
        return None if pending & ~int(fields['SigBlk'], 16) else 'S'

    def rest(self):
        before = None
        until = time.monotonic() + 5
        while time.monotonic() < until:
            now = [self.state(k) for k in self.pids]
            if None not in now and now == before:
                return now
            before = now
            # The number 1 of a namespace waits while it ends, for a moment or for as long as somebody keeps a zombie there.
            time.sleep(0.02 if 'ending' in now else 0.0002 if None in now else 0)
        return ['restless']

    def do(self, o):
        by = o['by']
        if by not in self.pids:
            return 'nobody'
        state = self.state(by)
        if state != 'S':
            return 'is %s' % state
        if 'of' in o:
            if o['of'] not in self.pids:
                return 'nobody'
            o['pid'] = self.pids[o['of']]
        if o['op'] == 'status':
            return self.status(by)
        if o['op'] == 'clone':
            o['child'] = len(self.pids)
            if o['child'] == MAX:
                return 'full'
        os.write(self.pipes[by][1], json.dumps(o).encode() + b'\n')
        answer = self.hear(by, 0.003)
        while answer is None:
            self.rest()
            answer = self.hear(by, 0)
            if answer is None and self.state(by) != 'S':
                answer = 'then'
        if o['op'] == 'clone' and answer.startswith('ok'):
            self.pids[o['child']] = int(self.hear(o['child'], 10).split()[1])
        return answer + self.after()

    # What became of all, and what was answered late.
    def after(self):
        states = ' '.join('-' if state == 'gone' else state for state in self.rest())
        late = [(k, self.hear(k, 0)) for k in self.pids]
        return ' | ' + states + ''.join(' (%d: %s)' % (k, text) for k, text in late if text is not None)

    def name(self, pid, kind):
        try:
            link = os.readlink('%d/ns/%s' % (pid, kind), dir_fd=self.proc)
        except OSError as e:
            return errno.errorcode[e.errno]
        return self.names.setdefault(link, kind[0] + str(len(self.names)))

    def status(self, k):
        fields = self.fields(k)
        if fields is None:
            return 'gone'
        shown = ['%s=%s' % (key, ','.join(fields[key].split())) for key in SHOWN if key in fields]
        spaces = [self.name(self.pids[k], kind) for kind in ('user', 'pid', 'pid_for_children', 'mnt', 'uts', 'ipc', 'net')]
        return ' '.join([fields['State'].strip()[0], *shown, *spaces])

    def end(self):
        os.kill(self.root, signal.SIGKILL)
        status = os.waitpid(self.root, 0)[1]
        for fd in [self.proc] + [fd for pipe in self.pipes for fd in pipe]:
            os.close(fd)
        return 'exited %d' % os.WEXITSTATUS(status) if os.WIFEXITED(status) else 'killed %d' % os.WTERMSIG(status)

if len(sys.argv) > 1:
    me, pipes = int(sys.argv[1]), json.loads(sys.argv[2])
    reply(me, pipes, 'ok')
    obey(me, pipes)

for line in sys.stdin:
    tree = Tree()
    try:
        for o in json.loads(line):
            print(tree.do(o))
        for k in list(tree.pids):
            print(k, tree.status(k))
    finally:
        print(tree.end())
    print('--', flush=True)
`;
