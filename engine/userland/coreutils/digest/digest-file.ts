/** The digest of one file. */
import type { Blocking } from '../../../kernel/sim';
import { createDigest, toHex } from '../../lib/hash';
import { chunkBytes, closeInput, openInput } from '../common/input';
import type { Tool } from '../common/tool';
import type { DigestKind } from './lines';

/** In hexadecimal; null when it could not be read, which was said then. */
export function* digestFile(tool: Tool, name: string, { name: digest, bits }: DigestKind): Blocking<string | null> {
  const input = yield* openInput(tool, name);
  if (input === null) return null;
  const running = createDigest(digest, bits);
  const isRead = yield* tool.attempt(tool.bare(name), function* () {
    for (;;) {
      const data = yield* tool.sys.read(input.fd, chunkBytes);
      if (data.length === 0) return true;
      running.update(data);
      yield* tool.sys.checkpoint();
    }
  });
  closeInput(tool.sys, input);
  return isRead === null ? null : toHex(running.digest());
}
