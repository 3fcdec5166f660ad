/**
 * A tree of processes on the real kernel, led by a program of the Machine's own Python: one line of JSON a sequence, an
 * array of operations. The leader tells one process at a time what to do, and waits until everybody is at rest again
 * before it goes on: asleep without a signal that would wake it, stopped or ended, twice in a row. So nothing depends on
 * who is faster. All of them live in a pid namespace of the sequence, and end with its number 1.
 */
export const realDriver = String.raw`
import ctypes, errno, json, os, select, signal, struct, sys, time
libc = ctypes.PyDLL(None, use_errno=True)
FLAGS = {'mnt': 0x20000, 'uts': 0x4000000, 'ipc': 0x8000000, 'user': 0x10000000, 'pid': 0x20000000, 'net': 0x40000000}
PARENT = 0x8000
MAX = 7
SHOWN = ['PPid', 'Uid', 'Gid', 'Groups', 'NSpid', 'NSpgid', 'NSsid', 'ShdPnd', 'SigBlk', 'SigIgn', 'SigCgt', 'CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'NoNewPrivs']
for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
    signal.signal(number, signal.SIG_DFL)
os.umask(0o022)

def check(result):
    if result == -1:
        raise OSError(ctypes.get_errno(), '')
    return result

def clone(flags):
    return check(libc.syscall(56, ctypes.c_ulong(flags | signal.SIGCHLD), None, None, None, None))

def flags_of(names):
    return sum(FLAGS[name] for name in names)

def mount(source, target, kind, flags):
    check(libc.mount(source, target, kind, ctypes.c_ulong(flags), None))

# The processes of the tree. 'taken' holds signals that were handled, told with the answer to the next operation.

taken = []

def take(number, frame):
    taken.append(str(number))

def act(o):
    how = {'default': signal.SIG_DFL, 'ignore': signal.SIG_IGN, 'handle': take}[o['how']]
    signal.signal(o['signal'], how)

def wait(o):
    pid, status = os.waitpid(o['to'], o['options'])
    if pid == 0:
        return 'nothing'
    if os.WIFEXITED(status):
        return '%d exited %d' % (pid, os.WEXITSTATUS(status))
    if os.WIFSTOPPED(status):
        return '%d stopped %d' % (pid, os.WSTOPSIG(status))
    if os.WIFCONTINUED(status):
        return '%d continued' % pid
    return '%d killed %d' % (pid, os.WTERMSIG(status))

def setns(o):
    fd = os.open('/proc/%d/ns/%s' % (o['pid'], o['kind']), os.O_RDONLY)
    try:
        check(libc.setns(fd, 0))
    finally:
        os.close(fd)

def write_map(o):
    fd = os.open('/proc/%d/%s' % (o['pid'], o['file']), os.O_WRONLY)
    try:
        os.write(fd, o['text'].encode())
    finally:
        os.close(fd)

def read_map(o):
    with open('/proc/%d/%s' % (o['pid'], o['file'])) as file:
        return ' '.join(file.read().split())

def setgroups(o):
    groups = (ctypes.c_uint * len(o['groups']))(*o['groups'])
    check(libc.setgroups(ctypes.c_size_t(len(groups)), groups))

def who(o):
    return '%d %d %s %s %s' % (os.getpid(), os.getppid(), os.getresuid(), os.getresgid(), sorted(os.getgroups()))

def create(o):
    os.close(os.open(o['path'], os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))

def stat(o):
    s = os.stat(o['path'])
    return '%o %d %d' % (s.st_mode, s.st_uid, s.st_gid)

def mount_one(o):
    kind = o['type']
    if kind == 'bind':
        mount(b'/tmp', b'/mnt', None, 4096)
    else:
        mount(kind.encode(), b'/mnt', kind.encode(), 0)

def capabilities():
    header = ctypes.create_string_buffer(struct.pack('II', 0x20080522, 0))
    data = ctypes.create_string_buffer(24)
    check(libc.capget(header, data))
    low = struct.unpack('6I', data.raw[:24])
    return [low[i] | low[i + 3] << 32 for i in range(3)]

def capset(o):
    effective, permitted, inheritable = capabilities()
    for number in o['drop']:
        effective &= ~(1 << number)
        if o['from'] == 'permitted':
            permitted &= ~(1 << number)
    for number in o['inherit']:
        inheritable |= 1 << number
    sets = [effective, permitted, inheritable]
    header = ctypes.create_string_buffer(struct.pack('II', 0x20080522, 0))
    data = ctypes.create_string_buffer(struct.pack('6I', *[s & 0xffffffff for s in sets], *[s >> 32 for s in sets]))
    check(libc.capset(header, data))

def prctl(option, *values):
    check(libc.prctl(option, *[ctypes.c_ulong(value) for value in (list(values) + [0] * 4)[:4]]))

OPS = {
    'unshare': lambda o: (check(libc.unshare(flags_of(o['flags']))), None)[1],
    'setns': setns,
    'map': write_map,
    'readMap': read_map,
    'setresuid': lambda o: os.setresuid(*o['ids']),
    'setresgid': lambda o: os.setresgid(*o['ids']),
    'setuid': lambda o: os.setuid(o['id']),
    'setgid': lambda o: os.setgid(o['id']),
    'setgroups': setgroups,
    'who': who,
    'setsid': lambda o: os.setsid(),
    'hostname': lambda o: os.uname().nodename,
    'sethostname': lambda o: (check(libc.sethostname(o['name'].encode(), ctypes.c_size_t(len(o['name'])))), None)[1],
    'mount': mount_one,
    'umount': lambda o: (check(libc.umount2(b'/mnt', 0)), None)[1],
    'create': create,
    'stat': stat,
    'unlink': lambda o: os.unlink(o['path']),
    'read': lambda o: os.close(os.open(o['path'], os.O_RDONLY)),
    'chown': lambda o: os.chown(o['path'], o['uid'], o['gid']),
    'chmod': lambda o: os.chmod(o['path'], o['mode']),
    'kill': lambda o: os.kill(o['to'], o['signal']),
    'action': act,
    'mask': lambda o: (signal.pthread_sigmask(signal.SIG_BLOCK if o['how'] == 'block' else signal.SIG_UNBLOCK, o['signals']), None)[1],
    'wait': wait,
    'setpgid': lambda o: os.setpgid(o['to'], o['group']),
    'getpgid': lambda o: os.getpgid(o['to']),
    'getsid': lambda o: os.getsid(o['to']),
    'subreaper': lambda o: prctl(36, 1 if o['on'] else 0),
    'keepCaps': lambda o: prctl(8, 1 if o['on'] else 0),
    'noNewPrivs': lambda o: prctl(38, 1),
    'deathSignal': lambda o: prctl(1, o['signal']),
    'capset': capset,
    'bound': lambda o: prctl(24, o['capability']),
    'ambient': lambda o: prctl(47, 2 if o['on'] else 3, o['capability']),
}

def answer(o, pipes):
    if o['op'] == 'exit':
        os._exit(o['code'])
    try:
        if o['op'] == 'clone':
            pid = clone(flags_of(o['flags']) | (PARENT if o['sibling'] else 0))
            if pid == 0:
                live(o['child'], pipes)
            return 'ok %d' % pid
        result = OPS[o['op']](o)
        return 'ok' if result is None else 'ok %s' % result
    except OSError as e:
        return errno.errorcode[e.errno]

def live(me, pipes):
    taken.clear()
    reply(me, pipes, 'born ' + os.readlink('/proc/self'))
    while True:
        line = b''
        while not line.endswith(b'\n'):
            line += os.read(pipes[me][0], 65536)
        told = ' got ' + ' '.join(taken) if taken else ''
        taken.clear()
        reply(me, pipes, answer(json.loads(line), pipes) + told)

def reply(me, pipes, text):
    os.write(pipes[me][3], text.encode() + b'\n')

# The leader.

class Tree:
    def __init__(self):
        self.pipes = [os.pipe() + os.pipe() for _ in range(MAX)]
        self.pids = {}
        self.names = {}
        self.root = clone(FLAGS['pid'] | FLAGS['mnt'])
        if self.root == 0:
            os.setsid()
            mount(None, b'/', None, 16384 | (1 << 18))
            mount(b'proc', b'/proc', b'proc', 0)
            mount(b'tmp', b'/tmp', b'tmpfs', 0)
            os.chmod('/tmp', 0o1777)
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
