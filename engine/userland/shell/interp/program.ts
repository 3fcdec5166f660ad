/** Executes a program in the place of a shell process; what can go wrong is said as bash says it (execute_cmd.c). */
import {
  type Blocking,
  decode,
  type Errno,
  isSysError,
  O_RDONLY,
  type Program,
  type Sys,
  strerror,
} from '../../../kernel/sim';
import { holds } from '../../lib/attempt';
import { exists, isDirectoryAt } from '../../lib/stat';
import type { Shell } from '../state/shell';
import { findInPath } from './lookup';

const elfMagic = [0x7f, 0x45, 0x4c, 0x46];

export interface ProgramCall {
  /** Where it is; null when it was not found. */
  path: string | null;
  /** argv, the name first. */
  words: readonly string[];
  environment: readonly string[];
}

/** Does not return when it works; else the exit status, after a message. */
export function* executeProgram(shell: Shell, call: ProgramCall): Blocking<number> {
  const [name = ''] = call.words;
  const applet = shell.applet?.(name);
  if (applet === 'self') yield* executeSelf(shell, call);
  else if (applet) return yield* runApplet(shell, name, applet, call);
  const path = applet ? findInPath(shell, name, false) : call.path;
  if (path === null) return yield* notFound(shell, name, call.words);
  try {
    return yield* shell.sys.execve(path, call.words, call.environment);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return yield* failed(shell, path, call, error.errno);
  }
}

/** Comes back when it cannot, as without /proc: then the applet is a program like others. */
function* executeSelf(shell: Shell, call: ProgramCall): Blocking<void> {
  try {
    yield* shell.sys.execve('/proc/self/exe', call.words, call.environment);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

/** In this process, which ends with it. */
function* runApplet(shell: Shell, name: string, applet: Program, call: ProgramCall): Blocking<number> {
  yield* shell.flush();
  shell.sys.setName(name);
  const environment = Object.fromEntries(
    call.environment.map((entry): [string, string] => {
      const at = entry.indexOf('=');
      return [entry.slice(0, at), entry.slice(at + 1)];
    }),
  );
  return yield* applet(shell.sys, call.words, environment);
}

function* notFound(shell: Shell, name: string, words: readonly string[]): Blocking<number> {
  const handler = shell.functions.get('command_not_found_handle');
  if (handler && shell.flavour === 'bash') return yield* shell.interpreter.callFunction(shell, handler, words);
  shell.complain(shell.flavour === 'dash' ? `${name}: not found` : `${name}: command not found`);
  yield* shell.flush();
  return 127;
}

function* failed(shell: Shell, path: string, call: ProgramCall, errno: Errno): Blocking<number> {
  const { sys } = shell;
  if (errno === 'ENOEXEC') return yield* runAsScript(shell, path, call);
  const status = errno === 'ENOENT' ? 127 : 126;
  if (shell.flavour === 'dash') {
    const [name = path] = call.words;
    shell.complain(`${name}: ${errno === 'ENOENT' ? 'not found' : strerror(errno)}`);
  } else if (errno === 'EACCES' && isDirectoryAt(sys, path)) shell.complain(`${path}: Is a directory`);
  else if (errno === 'ENOENT' && exists(sys, path)) {
    shell.complain(`${path}: cannot execute: required file not found`);
  } else if (errno === 'EACCES' && exists(sys, path)) {
    const interpreter = isExecutable(sys, path) ? yield* interpreterOf(sys, path) : null;
    shell.complain(
      interpreter === null || isExecutable(sys, interpreter)
        ? `${path}: ${strerror(errno)}`
        : `${path}: ${interpreter}: bad interpreter: ${strerror(errno)}`,
    );
  } else shell.complain(`${path}: ${strerror(errno)}`);
  yield* shell.flush();
  return status;
}

/** A file without `#!` that is no image: the shell reads it itself. */
function* runAsScript(shell: Shell, path: string, call: ProgramCall): Blocking<number> {
  const head = yield* beginning(shell.sys, path);
  if (looksBinary(head) && shell.flavour === 'bash') {
    shell.complain(`${path}: cannot execute binary file: ${strerror('ENOEXEC')}`);
    yield* shell.flush();
    return 126;
  }
  return yield* shell.hooks.runScript(shell, path, call.words.slice(1), call.environment);
}

/** A zero before the first newline, or the beginning of an ELF file. */
export function looksBinary(head: Uint8Array): boolean {
  const newline = head.indexOf(10);
  if (head.subarray(0, newline < 0 ? head.length : newline).includes(0)) return true;
  return elfMagic.every((byte, at) => head[at] === byte);
}

function* interpreterOf(sys: Sys, path: string): Blocking<string | null> {
  const text = decode(yield* beginning(sys, path));
  const match = /^#![ \t]*([^\s]+)/.exec(text);
  return match?.[1] ?? null;
}

function* beginning(sys: Sys, path: string): Blocking<Uint8Array> {
  try {
    const fd = yield* sys.open(path, O_RDONLY);
    const data = yield* sys.read(fd, 256);
    sys.close(fd);
    return data;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return new Uint8Array();
  }
}

function isExecutable(sys: Sys, path: string): boolean {
  return holds(() => (sys.stat(path).mode & 0o111) !== 0);
}
