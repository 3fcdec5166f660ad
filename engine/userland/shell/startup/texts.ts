/** What bash says of itself: `--version`, `--help`. */
import { optionLetters, shoptDefaults } from '../state/options';
import type { Shell } from '../state/shell';
import { version } from './environment';

export const versionText = `GNU bash, version ${version} (x86_64-pc-linux-gnu)
Copyright (C) 2022 Free Software Foundation, Inc.
License GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>

This is free software; you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law.
`;

export function helpText(name: string): string {
  const letters = optionLetters.map(([, letter]) => letter).join('');
  return `GNU bash, version ${version}-(x86_64-pc-linux-gnu)
Usage:\t${name} [GNU long option] [option] ...
\t${name} [GNU long option] [option] script-file ...
GNU long options:
\t--help
\t--init-file
\t--login
\t--noediting
\t--noprofile
\t--norc
\t--posix
\t--rcfile
\t--verbose
\t--version
Shell options:
\t-ils or -c command or -O shopt_option\t\t(invocation only)
\t-${[...letters].sort().join('')} or -o option
`;
}

export function optionList(shell: Shell): string {
  void shell;
  return shoptDefaults.map(([name, on]) => `${name.padEnd(19)}\t${on ? 'on' : 'off'}\n`).join('');
}
