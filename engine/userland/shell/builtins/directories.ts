/** cd, pwd, pushd, popd, dirs: the working directory and the stack of directories (bash(1)). */
import { isSysError, strerror } from '../../../kernel/sim';
import { succeeds } from '../../lib/attempt';
import { isDirectoryAt } from '../../lib/stat';
import type { Shell } from '../state/shell';
import { type Builtin, type BuiltinCall, complain, parseOptions, usage } from './support';

export const cd: Builtin = (shell, call) => {
  const given = parseOptions(shell, call, 'LPe@');
  if (given === null) return 2;
  const { operands } = given;
  if (operands.length > 1 && shell.flavour === 'bash') {
    complain(shell, call, 'too many arguments');
    return 1;
  }
  const physical = physicalWanted(shell, given.options);
  const [operand] = operands;
  if (operand === undefined) {
    const home = shell.vars.get('HOME');
    if (home === undefined || home === '') {
      if (home === '') return 0;
      complain(shell, call, 'HOME not set');
      return 1;
    }
    return change(shell, call, home, physical, home) ? 0 : failure(shell);
  }
  if (operand === '-') {
    const old = shell.vars.get('OLDPWD');
    if (old === undefined) {
      complain(shell, call, 'OLDPWD not set');
      return 1;
    }
    if (!change(shell, call, old, physical, old)) return failure(shell);
    shell.print(`${shell.vars.get('PWD') ?? ''}\n`);
    return 0;
  }
  if (operand === '') return 0;
  return throughPath(shell, call, operand, physical);
};

function failure(shell: Shell): number {
  return shell.flavour === 'dash' ? 2 : 1;
}

function physicalWanted(shell: Shell, options: ReadonlyArray<{ letter: string }>): boolean {
  const last = options.findLast(({ letter }) => letter === 'L' || letter === 'P');
  return last === undefined ? shell.options.has('physical') : last.letter === 'P';
}

/** Through CDPATH, then directly. */
function throughPath(shell: Shell, call: BuiltinCall, operand: string, physical: boolean): number {
  const search = shell.vars.get('CDPATH');
  if (search && !/^\.{0,2}\//.test(operand) && operand !== '.' && operand !== '..') {
    for (const directory of search.split(':')) {
      const candidate = directory === '' ? operand : `${directory.replace(/\/$/, '')}/${operand}`;
      if (!isDirectoryAt(shell.sys, candidate)) continue;
      if (!change(shell, call, candidate, physical, operand)) return 1;
      if (directory !== '' && directory !== '.') shell.print(`${shell.vars.get('PWD') ?? ''}\n`);
      return 0;
    }
  }
  if (shell.options.shopts('cdable_vars') && !isDirectoryAt(shell.sys, operand)) {
    const value = shell.vars.get(operand);
    if (value !== undefined && change(shell, call, value, physical, value)) {
      shell.print(`${value}\n`);
      return 0;
    }
  }
  return change(shell, call, operand, physical, operand) ? 0 : failure(shell);
}

/** Changes the directory, PWD and OLDPWD; says what is wrong otherwise. */
export function change(shell: Shell, call: BuiltinCall, path: string, physical: boolean, shown: string): boolean {
  const before = shell.vars.get('PWD');
  try {
    const logical = physical ? null : logicalPath(before ?? shell.sys.getcwd(), path);
    if (logical === null || !tryChange(shell, logical)) {
      shell.sys.chdir(path);
      setDirectory(shell, before, shell.sys.getcwd());
    } else setDirectory(shell, before, logical);
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (shell.flavour === 'dash') complain(shell, call, `can't cd to ${shown}`);
    else complain(shell, call, `${shown}: ${strerror(error.errno)}`);
    return false;
  }
}

function tryChange(shell: Shell, path: string): boolean {
  return succeeds(() => shell.sys.chdir(path));
}

function setDirectory(shell: Shell, before: string | undefined, now: string): void {
  if (before !== undefined) shell.vars.export('OLDPWD', before);
  shell.vars.export('PWD', now);
}

/** `..` taken away from the text, whatever symbolic links say. */
function logicalPath(from: string, path: string): string {
  const whole = path.startsWith('/') ? path : `${from}/${path}`;
  const parts: string[] = [];
  for (const part of whole.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `${whole.startsWith('//') && !whole.startsWith('///') ? '//' : '/'}${parts.join('/')}`;
}

export const pwd: Builtin = (shell, call) => {
  const given = parseOptions(shell, call, 'LP');
  if (given === null) return 2;
  if (!physicalWanted(shell, given.options)) {
    const logical = shell.vars.get('PWD');
    if (logical !== undefined && isSameDirectory(shell, logical)) {
      shell.print(`${logical}\n`);
      return 0;
    }
  }
  try {
    shell.print(`${shell.sys.getcwd()}\n`);
    return 0;
  } catch (error) {
    if (!isSysError(error)) throw error;
    shell.printError(
      `pwd: error retrieving current directory: getcwd: cannot access parent directories: ${strerror(error.errno)}\n`,
    );
    return 1;
  }
};

function isSameDirectory(shell: Shell, path: string): boolean {
  try {
    if (!path.startsWith('/')) return false;
    const [one, other] = [shell.sys.stat(path), shell.sys.stat('.')];
    return one.ino === other.ino && one.dev.minor === other.dev.minor && one.dev.major === other.dev.major;
  } catch (error) {
    if (!isSysError(error)) throw error;
    // It was removed: the name is all that is left of it.
    return true;
  }
}

function stackOf(shell: Shell): string[] {
  return [shell.vars.get('PWD') ?? '', ...shell.directories];
}

/** `+N` counts from the left, `-N` from the right. */
function indexOf(text: string, size: number): number {
  const number = Number(text.slice(1));
  return text.startsWith('+') ? number : size - 1 - number;
}

export const pushd: Builtin = (shell, call) => {
  const quiet = call.args[0] === '-n';
  const [operand] = quiet ? call.args.slice(1) : call.args.filter((arg) => arg !== '--');
  const stack = stackOf(shell);
  if (operand === undefined) {
    const [top, next, ...rest] = stack;
    if (top === undefined || next === undefined) {
      complain(shell, call, 'no other directory');
      return 1;
    }
    if (!change(shell, call, next, false, next)) return 1;
    shell.directories = [top, ...rest];
    return printStack(shell);
  }
  if (/^[+-]\d+$/.test(operand)) {
    const index = indexOf(operand, stack.length);
    const target = stack[index];
    if (target === undefined) {
      complain(
        shell,
        call,
        shell.directories.length === 0 ? 'directory stack empty' : `${operand}: directory stack index out of range`,
      );
      return 1;
    }
    if (!change(shell, call, target, false, target)) return 1;
    shell.directories = [...stack.slice(index + 1), ...stack.slice(0, index)];
    return printStack(shell);
  }
  if (/^-./.test(operand)) {
    complain(shell, call, `${operand}: invalid number`);
    return usage(shell, call);
  }
  if (quiet) {
    shell.directories = [operand, ...shell.directories];
    return printStack(shell);
  }
  if (!change(shell, call, operand, false, operand)) return 1;
  shell.directories = stack;
  return printStack(shell);
};

export const popd: Builtin = (shell, call) => {
  const quiet = call.args[0] === '-n';
  const [operand = '+0'] = quiet ? call.args.slice(1) : call.args;
  const stack = stackOf(shell);
  if (!/^[+-]\d+$/.test(operand)) {
    complain(shell, call, `${operand}: invalid argument`);
    return usage(shell, call);
  }
  const index = indexOf(operand, stack.length);
  if (shell.directories.length === 0) {
    complain(shell, call, 'directory stack empty');
    return 1;
  }
  if (index < 0 || index >= stack.length) {
    complain(shell, call, `${operand}: directory stack index out of range`);
    return 1;
  }
  if (index === 0 && !quiet) {
    const [next = '', ...rest] = shell.directories;
    if (!change(shell, call, next, false, next)) return 1;
    shell.directories = rest;
  } else shell.directories = shell.directories.filter((_, i) => i !== Math.max(0, index - 1));
  return printStack(shell);
};

function printStack(shell: Shell): number {
  shell.print(
    `${stackOf(shell)
      .map((directory) => abbreviated(shell, directory))
      .join(' ')}\n`,
  );
  return 0;
}

function abbreviated(shell: Shell, directory: string): string {
  const home = shell.vars.get('HOME') ?? '';
  return home.length > 1 && (directory === home || directory.startsWith(`${home}/`))
    ? `~${directory.slice(home.length)}`
    : directory;
}

export const dirs: Builtin = (shell, call) => {
  let [long, perLine, numbered] = [false, false, false];
  const stack = stackOf(shell);
  for (const arg of call.args) {
    if (/^[+-]\d+$/.test(arg)) {
      const found = stack[indexOf(arg, stack.length)];
      if (found === undefined) {
        complain(shell, call, `${arg}: directory stack index out of range`);
        return 1;
      }
      shell.print(`${long ? found : abbreviated(shell, found)}\n`);
      return 0;
    }
    if (!/^-[clpv]+$/.test(arg)) {
      complain(shell, call, `${arg}: invalid option`);
      return usage(shell, call);
    }
    if (arg.includes('c')) {
      shell.directories = [];
      return 0;
    }
    if (arg.includes('l')) long = true;
    if (arg.includes('p')) perLine = true;
    if (arg.includes('v')) numbered = true;
  }
  const names = stack.map((directory) => (long ? directory : abbreviated(shell, directory)));
  if (numbered) shell.print(names.map((name, i) => `${String(i).padStart(2)}  ${name}\n`).join(''));
  else shell.print(`${names.join(perLine ? '\n' : ' ')}\n`);
  return 0;
};
