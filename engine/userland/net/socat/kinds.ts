/** The types of addresses, under all their names. */

import { bare, O_APPEND, O_TRUNC } from '../../../kernel/sim';
import { connecting, unixConnecting } from './connecting';
import { udpListening, udpReceiving } from './datagrams';
import { anyDescriptor, descriptor, file, pipe, stdio } from './files';
import type { Kind } from './kind';
import { listening, unixListening } from './listening';
import { running } from './running';

export const kinds: Readonly<Record<string, Kind>> = bare({
  STDIO: stdio,
  STDIN: descriptor(0, 0),
  STDOUT: descriptor(1, 1),
  STDERR: descriptor(2, 2),
  FD: anyDescriptor,
  TCP: connecting('stream', null),
  'TCP-CONNECT': connecting('stream', null),
  TCP4: connecting('stream', 'inet'),
  'TCP4-CONNECT': connecting('stream', 'inet'),
  TCP6: connecting('stream', 'inet6'),
  'TCP6-CONNECT': connecting('stream', 'inet6'),
  'TCP-LISTEN': listening('inet'),
  'TCP-L': listening('inet'),
  'TCP4-LISTEN': listening('inet'),
  'TCP4-L': listening('inet'),
  'TCP6-LISTEN': listening('inet6'),
  'TCP6-L': listening('inet6'),
  UDP: connecting('dgram', null),
  'UDP-CONNECT': connecting('dgram', null),
  UDP4: connecting('dgram', 'inet'),
  UDP6: connecting('dgram', 'inet6'),
  'UDP-SENDTO': connecting('dgram', null),
  'UDP4-SENDTO': connecting('dgram', 'inet'),
  'UDP6-SENDTO': connecting('dgram', 'inet6'),
  'UDP-DATAGRAM': connecting('dgram', null),
  'UDP-LISTEN': udpListening('inet', false),
  'UDP-L': udpListening('inet', false),
  'UDP4-LISTEN': udpListening('inet', false),
  'UDP6-LISTEN': udpListening('inet6', false),
  'UDP-RECVFROM': udpListening('inet', true),
  'UDP4-RECVFROM': udpListening('inet', true),
  'UDP-RECV': udpReceiving('inet'),
  'UDP4-RECV': udpReceiving('inet'),
  UNIX: unixConnecting(false),
  'UNIX-CONNECT': unixConnecting(false),
  'UNIX-CLIENT': unixConnecting(false),
  'UNIX-LISTEN': unixListening(false),
  'UNIX-L': unixListening(false),
  'ABSTRACT-CONNECT': unixConnecting(true),
  'ABSTRACT-CLIENT': unixConnecting(true),
  'ABSTRACT-LISTEN': unixListening(true),
  OPEN: file(0, true),
  FILE: file(0, true),
  GOPEN: file(O_APPEND, false),
  CREATE: file(O_TRUNC, false),
  CREAT: file(O_TRUNC, false),
  PIPE: pipe,
  FIFO: pipe,
  EXEC: running(false),
  SYSTEM: running(true),
  SHELL: running(true),
});
