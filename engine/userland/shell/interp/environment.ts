/** The environment of a program a shell executes. */
import type { Shell } from '../state/shell';

/** The program is executed in the place of the shell: one shell less. */
export function lowerShellLevel(environment: string[]): void {
  const at = environment.findIndex((entry) => entry.startsWith('SHLVL='));
  const level = Number(environment[at]?.slice(6));
  if (at >= 0 && Number.isInteger(level)) environment[at] = `SHLVL=${Math.max(0, level - 1)}`;
}

export function environmentOf(shell: Shell, path: string): string[] {
  const environment = shell.vars.environment();
  for (const definition of shell.functions.values()) {
    if (definition.exported) environment.push(`BASH_FUNC_${definition.name}%%=${shell.hooks.exportedText(definition)}`);
  }
  if (shell.flavour === 'bash') environment.push(`_=${path}`);
  return environment;
}
