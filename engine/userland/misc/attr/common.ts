/** What getfattr(1) and setfattr(1) say alike. */
import { type Blocking, type SysError, strerror } from '../../../kernel/sim';
import type { Command } from '../../lib/command';
import { writeAll } from '../../lib/io';

/** ENODATA has a name of its own here. */
export function attributeError({ errno }: SysError): string {
  return errno === 'ENODATA' ? 'No such attribute' : strerror(errno);
}

export function* misuse({ sys, name }: Command, synopsis: string): Blocking<number> {
  yield* writeAll(sys, 2, `${synopsis}Try \`${name} --help' for more information.\n`);
  return 2;
}
