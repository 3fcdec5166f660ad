/** Redirections (bash(1), "REDIRECTION"): done in order, and undone when a builtin or compound command is over. */
import {
  type Blocking,
  concat,
  isSysError,
  O_APPEND,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  O_RDWR,
  O_TRUNC,
  O_WRONLY,
  strerror,
} from '../../../kernel/sim';
import { holds } from '../../lib/attempt';
import { isRegular } from '../../lib/stat';
import { encodeLossless } from '../../text/common/lossless';
import { assignByText } from '../expand/access';
import { expandText, expandWord } from '../expand/expand';
import type { Shell } from '../state/shell';
import { connectTo, socketPath } from './network-path';
import type { RedirectPlan } from './plan';

/** What a redirection could not do: the message names the file or descriptor. */
export class RedirectError extends Error {}

/** Descriptors to be put back; null where nothing has to be (in a child of its own). */
export type Undo = Array<{ fd: number; saved: number }> | null;

const savedFrom = 10;
const pipeCapacity = 65_536;

export function* applyRedirects(shell: Shell, redirects: readonly RedirectPlan[], undo: Undo): Blocking<void> {
  for (const redirect of redirects) yield* applyRedirect(shell, redirect, undo);
}

export function undoRedirects(shell: Shell, undo: Undo): void {
  if (undo === null) return;
  for (const { fd, saved } of undo.toReversed()) {
    if (saved < 0) closeQuietly(shell, fd);
    else {
      shell.sys.dup2(saved, fd);
      shell.sys.close(saved);
    }
  }
  undo.length = 0;
}

function* applyRedirect(shell: Shell, redirect: RedirectPlan, undo: Undo): Blocking<void> {
  const { operator } = redirect;
  if (operator === '<<' || operator === '<<<') {
    const text = yield* expandText(shell, redirect.target);
    const source = yield* hereDocument(shell, encodeLossless(operator === '<<<' ? `${text}\n` : text));
    return place(shell, redirect, source, redirect.fd ?? 0, undo);
  }
  if (operator === '<&' || operator === '>&') return yield* duplicate(shell, redirect, undo);
  const name = yield* fileName(shell, redirect);
  if (operator === '&>' || operator === '&>>') {
    const opened = yield* openFile(shell, name, operator === '&>' ? '>' : '>>');
    place(shell, { ...redirect, variable: null }, opened, 1, undo);
    save(shell, 2, undo);
    shell.sys.dup2(1, 2);
    return;
  }
  const opened = yield* openFile(shell, name, operator);
  place(shell, redirect, opened, redirect.fd ?? (operator.startsWith('<') ? 0 : 1), undo);
}

function* fileName(shell: Shell, redirect: RedirectPlan): Blocking<string> {
  if (redirect.target.literal !== null) return redirect.target.literal;
  const fields: string[] = [];
  if (shell.flavour === 'dash') return yield* expandText(shell, redirect.target);
  yield* expandWord(shell, redirect.target, fields);
  const [only] = fields;
  if (fields.length !== 1 || only === undefined) throw new RedirectError(`${redirect.text}: ambiguous redirect`);
  return only;
}

function* openFile(shell: Shell, name: string, operator: string): Blocking<number> {
  const address = shell.flavour === 'bash' ? socketPath(name) : null;
  try {
    if (address !== null) return yield* connectTo(shell.sys, address);
    return yield* shell.sys.open(name, openFlags(shell, name, operator), 0o666);
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (shell.flavour === 'dash') throw new RedirectError(dashMessage(shell, name, operator, error.errno));
    if (address !== null && error.errno !== 'ENOENT') {
      shell.printError(`${shell.errorName()}: connect: ${strerror(error.errno)}\n`);
    }
    if (operator === '>' && error.errno === 'EEXIST' && shell.options.has('noclobber')) {
      throw new RedirectError(`${name}: cannot overwrite existing file`);
    }
    throw new RedirectError(`${name}: ${strerror(error.errno)}`);
  }
}

/** The shell of BusyBox, which has its applets in itself, has other words than dash. */
function dashMessage(shell: Shell, name: string, operator: string, errno: Parameters<typeof strerror>[0]): string {
  const verb = operator.startsWith('<') ? 'open' : 'create';
  const [cannot, noFile, noDirectory] = shell.applet
    ? ["can't", 'no such file', 'nonexistent directory']
    : ['cannot', 'No such file', 'Directory nonexistent'];
  const missing = verb === 'open' ? noFile : noDirectory;
  return `${cannot} ${verb} ${name}: ${errno === 'ENOENT' ? missing : strerror(errno)}`;
}

function openFlags(shell: Shell, name: string, operator: string): number {
  switch (operator) {
    case '<':
      return O_RDONLY;
    case '<>':
      return O_RDWR | O_CREAT;
    case '>>':
      return O_WRONLY | O_CREAT | O_APPEND;
    case '>': {
      if (!shell.options.has('noclobber')) return O_WRONLY | O_CREAT | O_TRUNC;
      return isSpecialFile(shell, name) ? O_WRONLY : O_WRONLY | O_CREAT | O_EXCL;
    }
    default:
      return O_WRONLY | O_CREAT | O_TRUNC;
  }
}

function isSpecialFile(shell: Shell, name: string): boolean {
  return holds(() => !isRegular(shell.sys.stat(name)));
}

function* duplicate(shell: Shell, redirect: RedirectPlan, undo: Undo): Blocking<void> {
  const isOutput = redirect.operator === '>&';
  const word = yield* expandText(shell, redirect.target);
  const fd = redirect.fd ?? (isOutput ? 1 : 0);
  if (word === '-') {
    if (redirect.variable !== null) return closeVariable(shell, redirect.variable);
    save(shell, fd, undo);
    return closeQuietly(shell, fd);
  }
  const moved = /^(\d+)-$/.exec(word)?.[1];
  if (moved !== undefined || /^\d+$/.test(word)) {
    const from = Number(moved ?? word);
    const copy = dupOf(shell, from, word.replace('-', ''));
    place(shell, redirect, copy, fd, undo);
    if (moved !== undefined && from !== fd) {
      save(shell, from, undo);
      closeQuietly(shell, from);
    }
    return;
  }
  if (isOutput && redirect.fd === null && redirect.variable === null && word !== '') {
    return yield* applyRedirect(shell, { ...redirect, operator: '&>' }, undo);
  }
  throw new RedirectError(`${redirect.text}: ambiguous redirect`);
}

function dupOf(shell: Shell, from: number, word: string): number {
  try {
    return shell.sys.dup(from, savedFrom);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new RedirectError(`${word}: ${strerror(error.errno)}`);
  }
}

function closeVariable(shell: Shell, variable: string): void {
  const value = shell.vars.get(variable) ?? '';
  if (!/^\d+$/.test(value)) throw new RedirectError(`${variable}: ambiguous redirect`);
  closeQuietly(shell, Number(value));
}

/** Moves an open file to the descriptor it is meant for. */
function place(shell: Shell, redirect: RedirectPlan, opened: number, fd: number, undo: Undo): void {
  const { sys } = shell;
  if (redirect.variable !== null) {
    const free = opened >= savedFrom ? opened : sys.dup(opened, savedFrom);
    if (free !== opened) sys.close(opened);
    assignByText(shell, redirect.variable, null, String(free));
    return;
  }
  if (opened === fd) {
    undo?.push({ fd, saved: -1 });
    return;
  }
  save(shell, fd, undo);
  try {
    sys.dup2(opened, fd);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new RedirectError(`${fd}: ${strerror(error.errno)}`);
  } finally {
    sys.close(opened);
  }
}

function save(shell: Shell, fd: number, undo: Undo): void {
  if (undo === null) return;
  try {
    const saved = shell.sys.dup(fd, savedFrom);
    shell.sys.setCloseOnExec(saved, true);
    undo.push({ fd, saved });
  } catch (error) {
    if (!isSysError(error)) throw error;
    undo.push({ fd, saved: -1 });
  }
}

export function closeQuietly(shell: Shell, fd: number): void {
  try {
    shell.sys.close(fd);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}

/** A descriptor to read a text from: a pipe when it fits, else a file that has no name any more. */
function* hereDocument(shell: Shell, data: Uint8Array): Blocking<number> {
  const { sys } = shell;
  if (data.length <= pipeCapacity) {
    const { readEnd, writeEnd } = sys.pipe();
    if (data.length > 0) yield* sys.write(writeEnd, data);
    sys.close(writeEnd);
    return readEnd;
  }
  const name = `${shell.vars.get('TMPDIR') ?? '/tmp'}/sh-thd.${hex(sys.random(4))}`;
  const writer = yield* sys.open(name, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  const reader = yield* sys.open(name, O_RDONLY);
  sys.unlink(name);
  yield* sys.write(writer, concat([data]));
  sys.close(writer);
  return reader;
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(36)).join('');
}
