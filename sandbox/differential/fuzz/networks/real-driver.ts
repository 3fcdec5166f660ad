/**
 * A topology on the real kernel: a program of the Machine's own Python. One line of JSON a topology, a script that makes it
 * and the addresses that are tried. Servers in each namespace say who called; then everybody calls everybody, one address
 * after the other, so that a router that tells only so many errors tells the first ones. What has not been answered within
 * a moment counts as unanswered, before anything would be sent a second time.
 * Several topologies are played beside each other, each in a mount namespace of its own where its names are; with the
 * processes of one, everything of it ends.
 */
export const realDriver = String.raw`
import ctypes, errno, json, os, select, signal, socket, struct, subprocess, sys, time
libc = ctypes.CDLL(None, use_errno=True)
NODES, PATIENCE, PAUSE, MOST, ABREAST = range(5), 0.6, 0.004, 0.95, 6
LATE = 'late\n'
TCP, UDP = [80, 8080], [53]
PROBES = [('tcp', 80), ('tcp', 81), ('udp', 53), ('udp', 54), ('ping', 0)]

def check(result):
    if result == -1:
        raise OSError(ctypes.get_errno(), '')

def enter(node):
    fd = os.open('/run/netns/n%d' % node, os.O_RDONLY)
    check(libc.setns(fd, 0))
    os.close(fd)

# Nothing is sent before addresses may be used.
def settle():
    until = time.monotonic() + 3
    while time.monotonic() < until:
        with open('/proc/net/if_inet6') as file:
            if not any(int(line.split()[4], 16) & 0x40 for line in file):
                return
        time.sleep(0.01)

def serve(node, ready):
    enter(node)
    settle()
    poll = select.poll()
    sockets = {}
    for family in (socket.AF_INET, socket.AF_INET6):
        for kind, ports in ((socket.SOCK_STREAM, TCP), (socket.SOCK_DGRAM, UDP)):
            for port in ports:
                one = socket.socket(family, kind)
                if family == socket.AF_INET6:
                    one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                one.bind(('', port))
                if kind == socket.SOCK_STREAM:
                    one.listen(128)
                sockets[one.fileno()] = (one, port, kind)
                poll.register(one, select.POLLIN)
    os.write(ready, b'.')
    while True:
        for fd, _ in poll.poll():
            one, port, kind = sockets[fd]
            try:
                if kind == socket.SOCK_STREAM:
                    call, peer = one.accept()
                    call.send(b'n%d:%d sees %s' % (node, port, peer[0].encode()))
                    call.close()
                else:
                    _, peer = one.recvfrom(100)
                    one.sendto(b'n%d:%d sees %s' % (node, port, peer[0].encode()), peer)
            except OSError:
                pass

def family_of(target):
    return socket.AF_INET6 if ':' in target else socket.AF_INET

class Probe:
    def __init__(self, what, port, target):
        self.what, self.port, self.target, self.answer = what, port, target, None
        family = family_of(target)
        self.echo = 128 if family == socket.AF_INET6 else 8
        kind = socket.SOCK_STREAM if what == 'tcp' else socket.SOCK_DGRAM
        protocol = 0 if what != 'ping' else socket.IPPROTO_ICMPV6 if family == socket.AF_INET6 else socket.IPPROTO_ICMP
        self.socket = socket.socket(family, kind, protocol)
        self.socket.setblocking(False)
        self.waits = select.POLLIN
        try:
            self.socket.connect((target, port))
            self.say()
        except BlockingIOError:
            self.waits = select.POLLOUT
        except OSError as e:
            self.answer = errno.errorcode[e.errno]

    def say(self):
        if self.what == 'udp':
            self.socket.send(b'?')
        elif self.what == 'ping':
            self.socket.send(struct.pack('!BBHHH', self.echo, 0, 0, 0, 1))

    def go_on(self):
        try:
            if self.waits == select.POLLOUT:
                error = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
                if error:
                    self.answer = errno.errorcode[error]
                self.waits = select.POLLIN
            else:
                data = self.socket.recv(100)
                self.answer = 'answers' if self.what == 'ping' else data.decode() or 'closed'
        except BlockingIOError:
            pass
        except OSError as e:
            self.answer = errno.errorcode[e.errno]

    # An error that came while the socket was still at work is only noted: who was faster must not matter.
    def give_up(self):
        if self.answer is None and self.what == 'tcp':
            error = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            self.answer = errno.errorcode[error] if error else None

def probe(node, targets):
    enter(node)
    probes = []
    began = time.monotonic()
    for target in targets:
        probes += [Probe(what, port, target) for what, port in PROBES]
        time.sleep(PAUSE)
    by_fd = {one.socket.fileno(): one for one in probes}
    poll = select.poll()
    for one in probes:
        if one.answer is None:
            poll.register(one.socket, one.waits)
    until = time.monotonic() + PATIENCE
    while any(one.answer is None for one in probes) and time.monotonic() < until:
        for fd, _ in poll.poll(max(0, (until - time.monotonic()) * 1000)):
            one = by_fd[fd]
            one.go_on()
            if one.answer is None:
                poll.modify(fd, one.waits)
            else:
                poll.unregister(fd)
    for one in probes:
        one.give_up()
    # Something may have been sent a second time: this says nothing.
    if time.monotonic() - began > MOST:
        return LATE
    lines = ['n%d %s %s %s: %s' % (node, one.target, one.what, one.port, one.answer or 'nothing') for one in probes]
    return '\n'.join(lines) + '\n'

def fork(work):
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            work()
            status = 0
        finally:
            os._exit(status)
    return pid

def read_all(fd):
    text = b''
    while True:
        data = os.read(fd, 65536)
        if not data:
            os.close(fd)
            return text.decode()
        text += data

# All that a topology comes to; its processes and namespaces are gone then.
def play(line):
    script, targets = json.loads(line)
    check(libc.unshare(0x20000 | 0x40000000))
    check(libc.mount(None, b'/', None, ctypes.c_ulong(16384 | 1 << 18), None))
    os.makedirs('/run/netns', exist_ok=True)
    check(libc.mount(b'names', b'/run/netns', b'tmpfs', ctypes.c_ulong(0), None))
    made = subprocess.run(['bash', '-c', script], stdout=subprocess.PIPE, text=True).stdout
    ready, tell = os.pipe()
    servers = [fork(lambda: serve(node, tell)) for node in NODES]
    try:
        told = b''
        while len(told) < len(servers):
            told += os.read(ready, 100)
        found = []
        for node in NODES:
            reader, writer = os.pipe()
            found.append((reader, fork(lambda: os.write(writer, probe(node, targets).encode()))))
            os.close(writer)
        return made + ''.join(read_all(reader) for reader, _ in found)
    finally:
        for pid in servers:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)

running = []

def begin(line):
    reader, writer = os.pipe()
    pid = fork(lambda: os.write(writer, play(line).encode()))
    os.close(writer)
    return reader, pid, line

def finish():
    reader, pid, line = running.pop(0)
    text = read_all(reader)
    if os.waitpid(pid, 0)[1] != 0:
        sys.exit('a topology could not be played')
    if LATE in text:
        running.insert(0, begin(line))
        return
    sys.stdout.write(text + '--\n')
    sys.stdout.flush()

for line in sys.stdin:
    running.append(begin(line))
    while len(running) == ABREAST:
        finish()
while running:
    finish()
`;
