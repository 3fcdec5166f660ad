/** Reads from a terminal without echo, or character by character, for as long as `work` lasts. */
import type { Blocking } from '../../../kernel/sim';
import type { Shell } from '../state/shell';

export function* withRawInput<T>(
  shell: Shell,
  fd: number,
  how: { silent: boolean; characters: boolean },
  work: () => Blocking<T>,
): Blocking<T> {
  const before = shell.sys.tcgetattr(fd);
  shell.sys.tcsetattr(fd, {
    ...before,
    echo: how.silent ? false : before.echo,
    icanon: how.characters ? false : before.icanon,
    min: 1,
    time: 0,
  });
  try {
    return yield* work();
  } finally {
    shell.sys.tcsetattr(fd, before);
  }
}
