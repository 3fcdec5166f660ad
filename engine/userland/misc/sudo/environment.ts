/** The environment of what sudo runs (sudoers(5), "Command environment"). */
import { bare } from '../../../kernel/sim';
import type { UserEntry } from '../../lib/users';

export type Variables = Record<string, string>;

export const securePath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Kept when the environment is reset. */
const kept = new Set([
  'COLORS',
  'DISPLAY',
  'HOSTNAME',
  'KRB5CCNAME',
  'LS_COLORS',
  'PS1',
  'PS2',
  'XAUTHORITY',
  'XAUTHORIZATION',
  'XDG_CURRENT_DESKTOP',
]);
/** Kept when there is neither `/` nor `%` in them. */
const checked = /^(COLORTERM|LANG|LANGUAGE|LC_.*|LINGUAS|TERM|TZ)$/;

export interface EnvironmentRequest {
  target: UserEntry;
  invoker: { name: string; uid: number; gid: number };
  /** What SUDO_COMMAND says. */
  command: string;
  preserve: 'none' | 'all' | readonly string[];
  /** `VAR=value` before the command. */
  given: Variables;
  setHome: boolean;
  isLogin: boolean;
  /** `LANG` of the system. */
  language: string | null;
}

export function commandEnvironment(own: Readonly<Variables>, request: EnvironmentRequest): Variables {
  const { target, invoker, preserve } = request;
  const env: Variables = bare({});
  for (const [name, value] of Object.entries(own)) if (isKept(name, value, preserve)) env[name] = value;
  if (preserve !== 'all' && request.language !== null) env.LANG ??= request.language;
  env.PATH = securePath;
  if (preserve !== 'all') env.MAIL = `/var/mail/${target.name}`;
  env.LOGNAME = target.name;
  env.USER = target.name;
  if (preserve !== 'all' || request.setHome || request.isLogin) env.HOME = target.home;
  env.HOME ??= target.home;
  if (preserve !== 'all' || request.isLogin) env.SHELL = target.shell;
  env.TERM ??= 'unknown';
  env.SUDO_COMMAND = request.command;
  env.SUDO_USER = invoker.name;
  env.SUDO_UID = String(invoker.uid);
  env.SUDO_GID = String(invoker.gid);
  return { ...env, ...request.given };
}

function isKept(name: string, value: string, preserve: EnvironmentRequest['preserve']): boolean {
  if (preserve === 'all') return true;
  if (preserve !== 'none' && preserve.includes(name)) return true;
  return kept.has(name) || (checked.test(name) && !/[/%]/.test(value));
}
