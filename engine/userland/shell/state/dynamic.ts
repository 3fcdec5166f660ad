/** Variables whose value is made when it is asked for (bash(1), "Shell Variables"). */
import { printCommand } from '../parse/print';
import type { Shell } from './shell';
import { IndexedArray, Variable } from './variable';
import type { Dynamic } from './variables';

const arrays = ['BASH_ARGC', 'BASH_ARGV', 'BASH_LINENO', 'BASH_SOURCE', 'DIRSTACK', 'FUNCNAME', 'GROUPS', 'PIPESTATUS'];
/** Their value is always there. */
export const alwaysSet = new Set(['SHELLOPTS', 'BASHOPTS', '_', 'PIPESTATUS']);
const secondNs = 1_000_000_000;

/** Binds them to a shell: at its start, and in every child. */
export function registerDynamics(shell: Shell): void {
  shell.vars.bind(shell, shell.flavour === 'dash' ? ofDash : ofBash);
}

/** At the start of a shell: makes the variables. */
export function declareDynamics(shell: Shell): void {
  registerDynamics(shell);
  for (const name of (shell.flavour === 'dash' ? ofDash : ofBash).keys()) {
    if (!shell.vars.global.has(name)) shell.vars.global.set(name, new Variable(name));
  }
  if (shell.flavour === 'dash') return;
  for (const name of arrays) {
    const variable = shell.vars.global.get(name);
    if (variable) variable.value = new IndexedArray();
  }
  for (const name of ['BASH_ALIASES', 'BASH_CMDS']) {
    const variable = shell.vars.global.get(name);
    if (variable) variable.value = new Map();
  }
  const functions = shell.vars.global.get('FUNCNAME');
  if (functions) functions.isBlank = true;
  for (const name of ['SHELLOPTS', 'BASHOPTS']) shell.vars.global.get(name)?.attributes.add('readonly');
  for (const name of ['RANDOM', 'HISTCMD', 'SRANDOM', 'BASHPID']) {
    shell.vars.global.get(name)?.attributes.add('integer');
  }
}

const nothing = () => undefined;
const realtime = (shell: Shell) => shell.sys.clockGettime('realtime');

const ofDash: ReadonlyMap<string, Dynamic> = new Map([
  ['LINENO', { read: (shell: Shell) => String(shell.line), assign: nothing }],
]);

const ofBash: ReadonlyMap<string, Dynamic> = new Map(
  Object.entries<Dynamic>({
    RANDOM: {
      read: (shell) => String(nextRandom(shell)),
      assign: (shell, text) => {
        shell.randomSeed = Number.parseInt(text, 10) >>> 0;
      },
    },
    SRANDOM: {
      read: (shell) => String(shell.sys.random(4).reduce((sum, byte) => sum * 256 + byte, 0)),
      assign: nothing,
    },
    SECONDS: {
      read: (shell) => String(Math.floor(realtime(shell) / secondNs) - shell.secondsBase),
      assign: (shell, text) => {
        shell.secondsBase = Math.floor(realtime(shell) / secondNs) - (Number.parseInt(text, 10) || 0);
      },
    },
    EPOCHSECONDS: { read: (shell) => String(Math.floor(realtime(shell) / secondNs)), assign: nothing },
    EPOCHREALTIME: { read: (shell) => micros(realtime(shell)), assign: nothing },
    LINENO: { read: (shell) => String(shell.line), assign: nothing },
    _: {
      read: (shell) => shell.lastArgument,
      assign: (shell, text) => {
        shell.lastArgument = text;
      },
    },
    BASHPID: { read: (shell) => String(shell.sys.getpid()), assign: nothing },
    BASH_COMMAND: { read: (shell) => commandText(shell), assign: nothing },
    BASH_SUBSHELL: { read: (shell) => String(shell.subshellDepth), assign: nothing },
    BASH_ARGV0: {
      read: (shell) => shell.arg0,
      assign: (shell, text) => {
        shell.arg0 = text;
      },
    },
    SHELLOPTS: { read: (shell) => shell.options.shellopts },
    BASHOPTS: { read: (shell) => shell.options.bashopts },
    HISTCMD: { read: (shell) => String(shell.historyBase + shell.history.length), assign: nothing },
    PIPESTATUS: { read: (shell) => shell.pipeStatus.map(String), assign: nothing },
    GROUPS: {
      read: (shell) => [...new Set([shell.sys.getgid(), ...shell.sys.getgroups()])].map(String),
      assign: nothing,
    },
    COMP_WORDBREAKS: {
      read: (shell) => shell.wordBreaks,
      assign: (shell, text) => {
        shell.wordBreaks = text;
      },
    },
    BASH_ARGC: { read: () => [], assign: nothing },
    BASH_ARGV: { read: () => [], assign: nothing },
    FUNCNAME: { read: (shell) => functionNames(shell), assign: nothing },
    BASH_SOURCE: { read: (shell) => [...shell.frames].reverse().map(({ file }) => file), assign: nothing },
    BASH_LINENO: {
      read: (shell) => [...shell.frames].reverse().map(({ callLine }) => String(callLine)),
      assign: nothing,
    },
    DIRSTACK: { read: (shell) => [shell.vars.get('PWD') ?? '', ...shell.directories], assign: nothing },
    BASH_ALIASES: { read: (shell) => new Map(shell.aliases), assign: nothing },
    BASH_CMDS: { read: (shell) => new Map([...shell.hashed].map(([name, { path }]) => [name, path])), assign: nothing },
  }),
);

function commandText(shell: Shell): string {
  return shell.commandNode === null ? '' : printCommand(shell.commandNode.node, shell.commandNode.source);
}

function functionNames(shell: Shell): readonly string[] | undefined {
  const names = [...shell.frames].reverse().map(({ name }) => name);
  return shell.frames.some(({ name }) => name !== 'main' && name !== 'source') || shell.sourceDepth > 0
    ? names
    : undefined;
}

/** The generator of bash (Park and Miller), folded to 15 bits. */
function nextRandom(shell: Shell): number {
  let seed = shell.randomSeed === 0 ? 123_459_876 : shell.randomSeed;
  const high = Math.trunc(seed / 127_773);
  const low = seed - high * 127_773;
  seed = 16_807 * low - 2_836 * high;
  if (seed < 0) seed += 0x7fffffff;
  shell.randomSeed = seed >>> 0;
  return ((shell.randomSeed >>> 16) ^ (shell.randomSeed & 65_535)) & 32_767;
}

function micros(nanoseconds: number): string {
  const total = Math.floor(nanoseconds / 1000);
  return `${Math.floor(total / 1e6)}.${String(total % 1e6).padStart(6, '0')}`;
}
