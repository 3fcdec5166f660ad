/** What a process of the tree on the real kernel does when it is told to: the first half of `real-driver.ts`. */
export const realMembers = String.raw`
import ctypes, errno, json, os, select, signal, struct, sys, time
libc = ctypes.PyDLL(None, use_errno=True)
FLAGS = {'mnt': 0x20000, 'uts': 0x4000000, 'ipc': 0x8000000, 'user': 0x10000000, 'pid': 0x20000000, 'net': 0x40000000}
PARENT = 0x8000
MAX = 7
SHOWN = ['PPid', 'Uid', 'Gid', 'Groups', 'NSpid', 'NSpgid', 'NSsid', 'ShdPnd', 'SigBlk', 'SigIgn', 'SigCgt', 'CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb', 'NoNewPrivs']
for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
    if number != signal.SIGINT or signal.getsignal(number) is signal.default_int_handler:
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

# Of many that ended together nobody can say which is first: all that can be waited for is told, in order of number.
def wait(o):
    told = [wait_once(o['to'], o['options'])]
    if o['to'] > 0:
        return told[0]
    try:
        while told[-1] != 'nothing':
            told.append(wait_once(o['to'], o['options']))
    except ChildProcessError:
        pass
    return ', '.join(sorted(told))

def wait_once(to, options):
    pid, status = os.waitpid(to, options)
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
        if o['op'] == 'exec':
            code = sys.orig_argv[sys.orig_argv.index('-c') + 1]
            os.execve('/usr/bin/python3', ['python3', '-I', '-S', '-c', code, str(o['by']), json.dumps(pipes)], {})
        result = OPS[o['op']](o)
        return 'ok' if result is None else 'ok %s' % result
    except OSError as e:
        return errno.errorcode[e.errno]

def live(me, pipes):
    taken.clear()
    reply(me, pipes, 'born ' + os.readlink('/proc/self'))
    obey(me, pipes)

def obey(me, pipes):
    while True:
        line = b''
        while not line.endswith(b'\n'):
            line += os.read(pipes[me][0], 65536)
        told = ' got ' + ' '.join(sorted(set(taken))) if taken else ''
        taken.clear()
        reply(me, pipes, answer(json.loads(line), pipes) + told)

def reply(me, pipes, text):
    os.write(pipes[me][3], text.encode() + b'\n')
`;
