/** The list of lines entered before: what is remembered, and the file it is kept in (bash(1), "HISTORY"). */
import { type Blocking, encode, isSysError, O_APPEND, O_CREAT, O_TRUNC, O_WRONLY } from '../../../kernel/sim';
import { readFile, readFileOrNull } from '../../lib/io';
import { matchesPattern } from '../expand/pattern';
import type { Shell } from '../state/shell';

export function remember(shell: Shell, line: string): void {
  if (!shell.options.has('history') || line.trim() === '') return;
  const control = (shell.vars.get('HISTCONTROL') ?? '').split(':');
  const both = control.includes('ignoreboth');
  if ((both || control.includes('ignorespace')) && /^[ \t]/.test(line)) return;
  if ((both || control.includes('ignoredups')) && shell.history.at(-1)?.line === line) return;
  const ignored = (shell.vars.get('HISTIGNORE') ?? '').split(':').filter((pattern) => pattern !== '');
  if (ignored.some((pattern) => matchesPattern(pattern, line))) return;
  if (control.includes('erasedups')) shell.history = shell.history.filter((entry) => entry.line !== line);
  shell.history.push({ line, time: Math.floor(shell.sys.clockGettime('realtime') / 1e9) });
  shell.historyUnsaved++;
  limit(shell);
}

/** HISTSIZE. */
export function limit(shell: Shell): void {
  const size = shell.vars.get('HISTSIZE');
  if (size === undefined || !/^\d+$/.test(size)) return;
  const extra = shell.history.length - Number(size);
  if (extra <= 0) return;
  shell.history.splice(0, extra);
  shell.historyBase += extra;
}

export function* loadHistory(shell: Shell, path: string): Blocking<boolean> {
  const text = yield* readFileOrNull(shell.sys, path);
  if (text === null) return false;
  let time: number | null = null;
  for (const line of text.split('\n')) {
    const stamp = /^#(\d+)$/.exec(line)?.[1];
    if (stamp !== undefined) time = Number(stamp);
    else if (line !== '') {
      shell.history.push({ line, time });
      time = null;
    }
  }
  limit(shell);
  return true;
}

/** What was entered in this session, at the end of the file; the file is cut to HISTFILESIZE lines. */
export function* saveHistory(shell: Shell): Blocking<void> {
  const path = shell.vars.get('HISTFILE');
  if (path === undefined || path === '' || shell.historyUnsaved === 0 || !shell.options.has('history')) return;
  const fresh = shell.history.slice(-Math.min(shell.historyUnsaved, shell.history.length));
  shell.historyUnsaved = 0;
  yield* writeHistory(shell, path, fresh, true);
  yield* cutFile(shell, path);
}

export function* writeHistory(
  shell: Shell,
  path: string,
  entries: ReadonlyArray<{ line: string; time: number | null }>,
  appends: boolean,
): Blocking<boolean> {
  const stamped = shell.vars.get('HISTTIMEFORMAT') !== undefined;
  const text = entries.map(({ line, time }) => `${stamped && time !== null ? `#${time}\n` : ''}${line}\n`).join('');
  try {
    const fd = yield* shell.sys.open(path, O_WRONLY | O_CREAT | (appends ? O_APPEND : O_TRUNC), 0o600);
    yield* shell.sys.write(fd, encode(text));
    shell.sys.close(fd);
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    return false;
  }
}

function* cutFile(shell: Shell, path: string): Blocking<void> {
  const size = shell.vars.get('HISTFILESIZE') ?? shell.vars.get('HISTSIZE');
  if (size === undefined || !/^\d+$/.test(size)) return;
  try {
    const text = yield* readFile(shell.sys, path);
    const lines = text.split('\n').slice(0, -1);
    if (lines.length <= Number(size)) return;
    const out = yield* shell.sys.open(path, O_WRONLY | O_TRUNC);
    yield* shell.sys.write(
      out,
      encode(
        lines
          .slice(-Number(size))
          .map((line) => `${line}\n`)
          .join(''),
      ),
    );
    shell.sys.close(out);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
}
