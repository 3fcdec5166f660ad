/** How drivers answer: a line on standard output. */
import { type Blocking, encode, type Sys } from '../../../engine/kernel/sim';

export function* say(sys: Sys, line: string): Blocking<void> {
  yield* sys.write(1, encode(`${line}\n`));
}
