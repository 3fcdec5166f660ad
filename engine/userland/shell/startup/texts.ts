/** What bash says of itself: `--version`, `--help`. */
import { shoptDefaults } from '../state/options';
import { version } from './environment';

export const versionText = `GNU bash, version ${version} (x86_64-pc-linux-gnu)
Copyright (C) 2022 Free Software Foundation, Inc.
License GPLv3+: GNU GPL version 3 or later <http://gnu.org/licenses/gpl.html>

This is free software; you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law.
`;

/** The usage of an invalid call; long options that are not there are named all the same, as the real one does. */
export function helpText(name: string): string {
  return `GNU bash, version ${version}-(x86_64-pc-linux-gnu)
${usageText(name)}`;
}

export function usageText(name: string): string {
  const long = [
    'debug',
    'debugger',
    'dump-po-strings',
    'dump-strings',
    'help',
    'init-file',
    'login',
    'noediting',
    'noprofile',
    'norc',
    'posix',
    'pretty-print',
    'rcfile',
    'restricted',
    'verbose',
    'version',
  ];
  return `Usage:\t${name} [GNU long option] [option] ...
\t${name} [GNU long option] [option] script-file ...
GNU long options:
${long.map((option) => `\t--${option}\n`).join('')}Shell options:
\t-ilrsD or -c command or -O shopt_option\t\t(invocation only)
\t-abefhkmnptuvxBCEHPT or -o option
`;
}

export function optionList(): string {
  return shoptDefaults.map(([name, on]) => `${name.padEnd(19)}\t${on ? 'on' : 'off'}\n`).join('');
}
