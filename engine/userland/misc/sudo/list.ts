/** `sudo -l`: what somebody may do. */
import type { UserEntry } from '../../lib/users';
import type { Rule, Sudoers } from './sudoers';

/** Debian's own settings come first, then those in the files. */
const builtIn = ['env_reset', 'mail_badpass'];

export function listRules(
  sudoers: Sudoers,
  rules: readonly Rule[],
  user: UserEntry,
  host: string,
  isLong: boolean,
): string {
  if (rules.length === 0) return `User ${user.name} is not allowed to run sudo on ${host}.\n`;
  const settings = [...new Set([...builtIn, ...sudoers.defaults])].map(settingText);
  const lines = [
    `Matching Defaults entries for ${user.name} on ${host}:`,
    `    ${settings.join(', ')}`,
    '',
    `User ${user.name} may run the following commands on ${host}:`,
    ...rules.flatMap(isLong ? longRule : (rule) => [shortRule(rule)]),
  ];
  return `${lines.join('\n')}\n`;
}

function settingText(setting: string): string {
  const [name = '', value] = setting.split('=');
  return value === undefined ? name : `${name}=${value.replace(/^"|"$/g, '').replaceAll(':', '\\:')}`;
}

function shortRule({ runAsUsers, runAsGroups, noPassword, commands }: Rule): string {
  const groups = runAsGroups.length > 0 ? ` : ${runAsGroups.join(', ')}` : '';
  return `    (${runAsUsers.join(', ')}${groups}) ${noPassword ? 'NOPASSWD: ' : ''}${commands.join(', ')}`;
}

function longRule({ runAsUsers, runAsGroups, noPassword, commands }: Rule): string[] {
  return [
    '',
    'Sudoers entry:',
    `    RunAsUsers: ${runAsUsers.join(', ')}`,
    ...(runAsGroups.length > 0 ? [`    RunAsGroups: ${runAsGroups.join(', ')}`] : []),
    ...(noPassword ? ['    Options: !authenticate'] : []),
    '    Commands:',
    ...commands.map((command) => `\t${command}`),
  ];
}
