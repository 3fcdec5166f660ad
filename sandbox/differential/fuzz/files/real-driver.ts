/**
 * Does operations on the real kernel: a program for the Machine's own Python, which reaches system calls directly. One
 * line of JSON a sequence on standard input, `[prepare, operations, finish]`; the answers of each end with a line `--`.
 */
export const realDriver = String.raw`
import ctypes, errno, json, os, stat, subprocess, sys
libc = ctypes.CDLL(None, use_errno=True)
REC, BIND, MOVE = 16384, 4096, 8192
KINDS = {'shared': 1 << 20, 'private': 1 << 18, 'slave': 1 << 19, 'unbindable': 1 << 17}

def mount(source, target, kind, flags):
    enc = lambda text: None if text is None else text.encode()
    if libc.mount(enc(source), enc(target), enc(kind), ctypes.c_ulong(flags), None) != 0:
        raise OSError(ctypes.get_errno(), '')

def umount(target, flags):
    if libc.umount2(target.encode(), flags) != 0:
        raise OSError(ctypes.get_errno(), '')

def write(o):
    flags = os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW | (os.O_APPEND if o['append'] else 0) | (os.O_TRUNC if o['truncate'] else 0)
    fd = os.open(o['path'], flags)
    try:
        data = bytes((i * 7 + o['size']) & 255 for i in range(o['size']))
        return os.write(fd, data) if o['append'] else os.pwrite(fd, data, o['offset'])
    finally:
        os.close(fd)

def create(o):
    fd = os.open(o['path'], os.O_CREAT | os.O_WRONLY | os.O_NONBLOCK | (os.O_EXCL if o['exclusive'] else 0), o['mode'])
    os.close(fd)

def read(o):
    fd = os.open(o['path'], os.O_RDONLY | os.O_NONBLOCK)
    try:
        data = os.read(fd, 20000)
        return '%d %d' % (len(data), sum(data))
    finally:
        os.close(fd)

def describe(path):
    s = os.lstat(path)
    size = '-' if stat.S_ISDIR(s.st_mode) else s.st_size
    return '%o %s %s %s %s %d:%d' % (s.st_mode, size, s.st_nlink, s.st_uid, s.st_gid, os.major(s.st_rdev), os.minor(s.st_rdev))

def mknod(o):
    kinds = {'fifo': (stat.S_IFIFO | 0o644, 0), 'whiteout': (stat.S_IFCHR, 0), 'null': (stat.S_IFCHR | 0o666, os.makedev(1, 3))}
    mode, device = kinds[o['kind']]
    os.mknod(o['path'], mode, device)

OPS = {
    'mkdir': lambda o: os.mkdir(o['path']),
    'rmdir': lambda o: os.rmdir(o['path']),
    'unlink': lambda o: os.unlink(o['path']),
    'readdir': lambda o: ' '.join(sorted(os.listdir(o['path']))),
    'read': read,
    'stat': lambda o: describe(o['path']),
    'readlink': lambda o: os.readlink(o['path']),
    'create': create,
    'write': write,
    'truncate': lambda o: os.truncate(o['path'], o['size']),
    'chmod': lambda o: os.chmod(o['path'], o['mode']),
    'chown': lambda o: os.lchown(o['path'], o['uid'], o['gid']),
    'rename': lambda o: os.rename(o['path'], o['to']),
    'link': lambda o: os.link(o['path'], o['to'], follow_symlinks=False),
    'symlink': lambda o: os.symlink(o['to'], o['path']),
    'mknod': mknod,
    'setxattr': lambda o: os.setxattr(o['path'], o['name'], o['value'].encode(), follow_symlinks=False),
    'getxattr': lambda o: os.getxattr(o['path'], o['name'], follow_symlinks=False).decode(),
    'removexattr': lambda o: os.removexattr(o['path'], o['name'], follow_symlinks=False),
    'bind': lambda o: mount(o['path'], o['to'], None, BIND),
    'rbind': lambda o: mount(o['path'], o['to'], None, BIND | REC),
    'move': lambda o: mount(o['path'], o['to'], None, MOVE),
    'tmpfs': lambda o: mount(o['source'], o['path'], 'tmpfs', 0),
    'umount': lambda o: umount(o['path'], 0),
    'umountLazy': lambda o: umount(o['path'], 2),
    'propagation': lambda o: mount('none', o['path'], None, KINDS[o['kind']] | (REC if o['recursive'] else 0)),
}

for line in sys.stdin:
    prepare, operations, finish = json.loads(line)
    subprocess.run(['bash', '-c', prepare], check=True)
    for o in operations:
        try:
            answer = OPS[o['op']](o)
            print('ok' if answer is None else 'ok %s' % answer)
        except OSError as e:
            print(errno.errorcode[e.errno])
    sys.stdout.flush()
    subprocess.run(['bash', '-c', finish])
    print('--', flush=True)
`;
