/** What the variables take, told to the kernel now and then, so that its cgroup's limit ends what grows for ever. */
import { Held } from '../../lib/held';
import type { Shell } from './shell';

/** Commands between two looks. */
export const commandsAWeighing = 512;

export function weigh(shell: Shell): void {
  const size = shell.vars.bytes;
  // A subshell shares what it was born with.
  shell.weight ??= { held: new Held(shell.sys), inherited: shell.subshellDepth > 0 ? size : 0 };
  const { held, inherited } = shell.weight;
  held.add(size - inherited - held.bytes);
}
