/** Opening the addresses of socat(1). */

import type { Blocking } from '../../../kernel/sim';
import { parseAddress } from './address';
import type { Opening, Serve } from './kind';
import { kinds } from './kinds';
import { SocatError } from './log';

/** Opens it and hands it on; a listening one with `fork` does so for each connection, and never returns. */
export function* openAddress(opening: Opening, text: string, serve: Serve): Blocking<void> {
  const [first, second] = text.split('!!');
  if (second !== undefined) {
    return yield* openAddress({ ...opening, access: 'read' }, first ?? '', function* (outer, reader) {
      yield* openAddress({ ...outer, access: 'write' }, second, function* (inner, writer) {
        yield* serve(inner, { ...writer, readFd: reader.readFd });
      });
    });
  }
  const address = parseAddress(text);
  const kind = kinds[address.type];
  if (!kind) throw new SocatError(`unknown device/address "${address.spelled}"`);
  if (kind.parameters !== address.parameters.length) {
    throw new SocatError(
      `${address.spelled}: wrong number of parameters (${address.parameters.length} instead of ${kind.parameters})`,
    );
  }
  for (const option of address.options.keys())
    if (!knownOptions.has(option)) throw new SocatError(`parseopts_table(): unknown option "${option}"`);
  yield* kind.open(opening, address, function* (inner, channel) {
    const { options } = address;
    const isCrnl = options.has('crnl') || options.has('crlf') || options.has('cr');
    yield* serve(inner, { ...channel, carriageReturns: isCrnl, ignoresEnd: options.has('ignoreeof') });
  });
}

const knownOptions = new Set(
  `fork reuseaddr reuseport bind crnl crlf cr ignoreeof pty setsid ctty stderr nofork pipes socketpair unlink-early unlink-close
  mode perm user group backlog keepalive nodelay tcp-nodelay so-bindtodevice bindtodevice if append creat create trunc excl
  retry interval forever max-children ttl ipv6only ipv6-v6only pf range sourceport sp connect-timeout broadcast so-broadcast
  linger shut-none shut-down shut-close null-eof end-close su chroot rdonly wronly raw echo echoe icanon isig cool-write
  lowport so-keepalive reuse rdwr sigint sighup sigquit login nonblock cloexec seek ip-add-membership`.split(/\s+/),
);
