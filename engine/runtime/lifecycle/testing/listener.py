"""Listens at the socket named first, takes one container process state, and answers each notification with EDQUOT."""

import fcntl
import json
import socket
import struct
import sys

SECCOMP_IOCTL_NOTIF_RECV = 0xC0502100
SECCOMP_IOCTL_NOTIF_SEND = 0xC0182101
EDQUOT = 122

server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
server.bind(sys.argv[1])
server.listen(1)
print('listening', flush=True)
connection, _ = server.accept()
text, descriptors, _, _ = socket.recv_fds(connection, 4096, 1)
while more := connection.recv(4096):
    text += more
state = json.loads(text)
print(json.dumps({'state': state, 'descriptors': len(descriptors)}), flush=True)
for _ in range(int(sys.argv[2])):
    notification = bytearray(80)
    fcntl.ioctl(descriptors[0], SECCOMP_IOCTL_NOTIF_RECV, notification)
    answer = struct.pack('<Qqii', struct.unpack_from('<Q', notification)[0], 0, -EDQUOT, 0)
    fcntl.ioctl(descriptors[0], SECCOMP_IOCTL_NOTIF_SEND, bytearray(answer))
