/** The variables a shell begins with: its environment, and what it sets itself (variables.c). */
import { isSysError } from '../../../kernel/sim';
import { userById } from '../expand/tilde';
import { parseText } from '../parse/parse';
import { declareDynamics } from '../state/dynamic';
import type { Shell } from '../state/shell';
import { IndexedArray, Variable } from '../state/variable';

export const version = '5.2.15(1)-release';
const defaultPath = '/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin:.';
const loadables = '/usr/local/lib/bash:/usr/lib/bash:/opt/local/lib/bash:/usr/pkg/lib/bash:/opt/pkg/lib/bash:.';
const watchedNames = new Set(['PATH', 'OPTIND', 'HISTSIZE', 'HISTFILESIZE', 'POSIXLY_CORRECT', 'IGNOREEOF']);

export function beginEnvironment(shell: Shell, env: Readonly<Record<string, string>>, argv: readonly string[]): void {
  const { vars, sys } = shell;
  shell.startTime = Math.floor(sys.clockGettime('realtime') / 1e9);
  shell.secondsBase = shell.startTime;
  shell.pid = sys.getpid();
  shell.hostName = sys.uname().nodename;
  shell.randomSeed = (shell.pid * 7919 + shell.startTime) >>> 0;
  vars.watched = watchedNames;
  vars.onChange = (name) => noticeChange(shell, name);
  importAll(shell, env);
  if (shell.flavour === 'bash') beginBash(shell, env, argv);
  else beginDash(shell, env);
  setDirectory(shell, env);
}

export function noticeChange(shell: Shell, name: string): void {
  if (name === 'PATH') shell.hashed.clear();
  if (name === 'OPTIND') shell.optionIndex = { word: Number(shell.vars.get('OPTIND') ?? 1) || 1, letter: 0 };
}

function importAll(shell: Shell, env: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(env)) {
    const functionName = /^BASH_FUNC_(.+)%%$/.exec(name)?.[1];
    if (functionName !== undefined && value.startsWith('() {')) importFunction(shell, functionName, value);
    else if (/^[A-Za-z_]\w*$/.test(name)) {
      const variable = new Variable(name);
      variable.value = value;
      variable.attributes.add('export');
      shell.vars.global.set(name, variable);
    }
  }
}

function importFunction(shell: Shell, name: string, value: string): void {
  const parsed = parseText(`${name} ${value}`);
  const [only] = parsed.script.commands;
  if (parsed.problem !== null || only?.command.type !== 'Function') return;
  shell.functions.set(name, {
    name,
    body: only.command.body,
    source: parsed.source,
    file: 'environment',
    line: 1,
    exported: true,
    traced: false,
    readonly: false,
  });
}

function beginBash(shell: Shell, env: Readonly<Record<string, string>>, argv: readonly string[]): void {
  const { vars, sys } = shell;
  declareDynamics(shell);
  const uname = sys.uname();
  const set = (name: string, value: string) => {
    if (!vars.global.has(name)) vars.set(name, value);
  };
  const force = (name: string, value: string, ...attributes: Array<'readonly' | 'integer'>) => {
    const variable = new Variable(name);
    variable.value = value;
    for (const attribute of attributes) variable.attributes.add(attribute);
    vars.global.set(name, variable);
  };
  force('IFS', ' \t\n');
  set('PATH', defaultPath);
  set('TERM', 'dumb');
  force('PS4', env.PS4 ?? '+ ');
  force('OPTIND', '1', 'integer');
  force('OPTERR', '1');
  force('BASH', executableOf(shell, argv[0] ?? 'bash'));
  force('BASH_VERSION', version);
  force('HOSTNAME', uname.nodename);
  force('HOSTTYPE', 'x86_64');
  force('MACHTYPE', 'x86_64-pc-linux-gnu');
  force('OSTYPE', 'linux-gnu');
  force('UID', String(sys.getuid()), 'readonly', 'integer');
  force('EUID', String(sys.geteuid()), 'readonly', 'integer');
  force('PPID', String(sys.getppid()), 'readonly', 'integer');
  const info = new Variable('BASH_VERSINFO');
  info.value = IndexedArray.of(['5', '2', '15', '1', 'release', 'x86_64-pc-linux-gnu']);
  info.attributes.add('readonly');
  vars.global.set('BASH_VERSINFO', info);
  const level = Number(env.SHLVL ?? 0);
  vars.export('SHLVL', String(Number.isInteger(level) && level >= 0 && level < 999 ? level + 1 : 1));
  if (!vars.global.has('HOME') && shell.isLogin) vars.export('HOME', userById(sys, sys.getuid())?.home ?? '/');
  if (env.SHELL === undefined) vars.set('SHELL', userById(sys, sys.getuid())?.shell || '/bin/sh');
  force('BASH_LOADABLES_PATH', loadables);
  if (!vars.global.has('OLDPWD')) {
    const old = new Variable('OLDPWD');
    old.attributes.add('export');
    vars.global.set('OLDPWD', old);
  }
  shell.lastArgument = env._ ?? argv[0] ?? 'bash';
  vars.global.get('_')?.attributes.delete('export');
}

function beginDash(shell: Shell, env: Readonly<Record<string, string>>): void {
  declareDynamics(shell);
  const { vars } = shell;
  vars.set('IFS', ' \t\n');
  vars.set('OPTIND', '1');
  vars.set('PPID', String(shell.sys.getppid()));
  const plain = shell.sys.geteuid() === 0 ? '# ' : '$ ';
  // The shell of BusyBox knows bash's escapes.
  vars.set('PS1', shell.applet ? (env.PS1 ?? '\\w \\$ ') : plain);
  vars.set('PS2', '> ');
  vars.set('PS4', env.PS4 ?? '+ ');
  if (!vars.global.has('PATH')) vars.set('PATH', '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin');
  vars.global.delete('LINENO');
  declareDynamics(shell);
}

function executableOf(shell: Shell, argv0: string): string {
  const name = argv0.replace(/^-/, '');
  if (name.includes('/')) return name.startsWith('/') ? name : `${shell.sys.getcwd()}/${name}`;
  return `/usr/bin/${name === '' ? 'bash' : name}`;
}

/** PWD is believed when it is where we are. */
function setDirectory(shell: Shell, env: Readonly<Record<string, string>>): void {
  const { sys, vars } = shell;
  const given = env.PWD;
  if (given?.startsWith('/') && isHere(shell, given)) {
    vars.export('PWD', given);
    return;
  }
  try {
    vars.export('PWD', sys.getcwd());
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (given !== undefined) vars.export('PWD', given);
    shell.printError(
      'shell-init: error retrieving current directory: getcwd: cannot access parent directories: No such file or directory\n',
    );
  }
}

function isHere(shell: Shell, path: string): boolean {
  try {
    const [one, other] = [shell.sys.stat(path), shell.sys.stat('.')];
    return one.ino === other.ino && one.dev.major === other.dev.major && one.dev.minor === other.dev.minor;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return false;
  }
}
