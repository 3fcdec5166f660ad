/** eval, source, exec, command, builtin: commands that run others. */
import { type Blocking, decode, isSysError, O_RDONLY, strerror } from '../../../kernel/sim';
import { holds } from '../../lib/attempt';
import { readAll } from '../../lib/io';
import { exists, isDirectory } from '../../lib/stat';
import { environmentOf, lowerShellLevel } from '../interp/environment';
import { findProgram, isProgram, programsNamed, standardPath } from '../interp/lookup';
import { executeProgram } from '../interp/program';
import { ExitShell, ReturnFrom } from '../state/flow';
import type { Shell } from '../state/shell';
import { type Builtin, type BuiltinCall, complain, parseOptions, usage } from './support';
import { describeCommand } from './type';

export const evaluate: Builtin = function* (shell, call) {
  const args = call.args[0] === '--' ? call.args.slice(1) : call.args;
  const text = args.join(' ');
  if (text.trim() === '') return 0;
  shell.traceDepth++;
  try {
    return yield* shell.interpreter.runText(shell, text, {
      line: shell.line,
      ...(!shell.isInteractive && { errorName: 'eval: ' }),
    });
  } finally {
    shell.traceDepth--;
  }
};

export const source: Builtin = function* (shell, call) {
  const [name, ...args] = call.args[0] === '--' ? call.args.slice(1) : call.args;
  if (name === undefined) {
    if (shell.flavour === 'dash') return 0;
    complain(shell, call, 'filename argument required');
    return usage(shell, call);
  }
  const path = name.includes('/') ? name : (inPath(shell, name) ?? name);
  const text = yield* readScript(shell, call, path, name);
  if (text === null) {
    if (shell.flavour === 'dash' && !shell.isInteractive) throw new ExitShell(2);
    return 1;
  }
  return yield* runFile(shell, path, text, args.length > 0 ? args : null);
};

function inPath(shell: Shell, name: string): string | null {
  if (!shell.options.shopts('sourcepath')) return null;
  for (const directory of (shell.vars.get('PATH') ?? '').split(':')) {
    const candidate = `${directory === '' ? '.' : directory}/${name}`;
    if (isReadable(shell, candidate)) return candidate;
  }
  return null;
}

function isReadable(shell: Shell, path: string): boolean {
  return holds(() => !isDirectory(shell.sys.stat(path)));
}

function* readScript(shell: Shell, call: BuiltinCall, path: string, name: string): Blocking<string | null> {
  try {
    const fd = yield* shell.sys.open(path, O_RDONLY);
    try {
      if (isDirectory(shell.sys.fstat(fd))) {
        if (shell.flavour === 'dash') return '';
        complain(shell, call, `${name}: is a directory`);
        return null;
      }
      return decode(yield* readAll(shell.sys, fd));
    } finally {
      shell.sys.close(fd);
    }
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (shell.flavour === 'dash')
      shell.complain(`.: cannot open ${name}: ${error.errno === 'ENOENT' ? 'No such file' : strerror(error.errno)}`);
    else shell.complain(`${name}: ${strerror(error.errno)}`);
    return null;
  }
}

/** Reads a file in this shell; with parameters of its own when there are any. */
export function* runFile(shell: Shell, path: string, text: string, args: readonly string[] | null): Blocking<number> {
  const { params, file, loopDepth, line } = shell;
  shell.frames.push({ name: 'source', file: path, callLine: line, args: args ?? [] });
  shell.file = path;
  shell.loopDepth = 0;
  shell.sourceDepth++;
  if (args !== null) shell.params = [...args];
  try {
    return yield* shell.interpreter.runText(shell, text, { errorName: shell.isInteractive ? `${path}: ` : '' });
  } catch (error) {
    if (!(error instanceof ReturnFrom)) throw error;
    return error.status;
  } finally {
    shell.sourceDepth--;
    shell.frames.pop();
    shell.file = file;
    shell.loopDepth = loopDepth;
    shell.line = line;
    if (args !== null) shell.params = params;
  }
}

export const exec: Builtin = function* (shell, call) {
  const given = parseOptions(shell, call, shell.flavour === 'dash' ? '' : 'cla:');
  if (given === null) return 2;
  const [name, ...args] = given.operands;
  if (name === undefined) return 0;
  const path = name.includes('/') ? name : findProgram(shell, name, false);
  const argv0 = (given.has('l') ? '-' : '') + (given.value('a') ?? name);
  if (path === null || !(shell.applet?.(path) || isProgram(shell.sys, path))) {
    const status = report(shell, call, name, path);
    if (shell.isInteractive || shell.options.shopts('execfail')) return status;
    throw new ExitShell(status);
  }
  yield* shell.flush();
  const environment = given.has('c') ? [] : environmentOf(shell, path);
  shell.hooks.beforeExec(shell);
  lowerShellLevel(environment);
  const status = yield* executeProgram(shell, { path, words: [argv0, ...args], environment });
  shell.hooks.afterExec(shell);
  if (shell.isInteractive || shell.options.shopts('execfail')) return status;
  throw new ExitShell(status);
};

function report(shell: Shell, call: { name: string }, name: string, path: string | null): number {
  if (path === null || (!name.includes('/') && !exists(shell.sys, path))) {
    complain(shell, call, shell.flavour === 'dash' ? `${name}: not found` : `${name}: not found`);
    return 127;
  }
  try {
    if (isDirectory(shell.sys.stat(path)) && shell.flavour === 'bash') {
      shell.complain(`${path}: Is a directory`);
      shell.complain(`exec: ${path}: cannot execute: Is a directory`);
      return 126;
    }
    if (shell.flavour === 'bash') {
      shell.complain(`${path}: Permission denied`);
      shell.complain(`exec: ${path}: cannot execute: Permission denied`);
    } else complain(shell, call, `${name}: Permission denied`);
    return 126;
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (shell.flavour === 'bash') shell.complain(`${path}: ${strerror(error.errno)}`);
    else complain(shell, call, `${name}: not found`);
    return 127;
  }
}

export const command: Builtin = function* (shell, call) {
  const given = parseOptions(shell, call, 'pvV');
  if (given === null) return 2;
  const { operands } = given;
  if (operands.length === 0) return 0;
  if (given.has('v') || given.has('V')) {
    let found = false;
    for (const name of shell.flavour === 'dash' ? operands.slice(0, 1) : operands) {
      if (describeCommand(shell, name, given.has('V') ? 'long' : 'short')) found = true;
      else if (given.has('V')) complain(shell, call, `${name}: not found`);
    }
    return found ? 0 : shell.flavour === 'dash' ? 127 : 1;
  }
  if (!given.has('p')) return yield* shell.interpreter.runWords(shell, operands, 'command', call.tail);
  const [name = '', ...args] = operands;
  const [path = name] = programsNamed(shell.sys, name, standardPath);
  return yield* shell.interpreter.runWords(shell, [path, ...args], 'command', call.tail);
};

export const builtin: Builtin = function* (shell, call) {
  const args = call.args[0] === '--' ? call.args.slice(1) : call.args;
  const [name] = args;
  if (name === undefined) return 0;
  if (!shell.hooks.isBuiltin(shell, name)) {
    complain(shell, call, `${name}: not a shell builtin`);
    return 1;
  }
  return yield* shell.interpreter.runWords(shell, args, 'builtin');
};
