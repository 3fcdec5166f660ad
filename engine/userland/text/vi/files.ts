/** Reading and writing the file. */
import { type Blocking, isSysError, O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY, strerror, W_OK } from '../../../kernel/sim';
import { succeeds } from '../../lib/attempt';
import { readAll, writeAll } from '../../lib/io';
import { isDirectory } from '../../lib/stat';
import { decodeLossless, encodeLossless } from '../common/lossless';
import type { EditorState } from './state';

function split(text: string): { lines: string[]; isEnded: boolean } {
  if (text === '') return { lines: [], isEnded: true };
  const isEnded = text.endsWith('\n');
  return { lines: (isEnded ? text.slice(0, -1) : text).split('\n'), isEnded };
}

export function* openFile(state: EditorState, path: string): Blocking<void> {
  const { sys } = state;
  state.path = path;
  state.isNew = false;
  state.cursor = { line: 0, column: 0 };
  state.top = 0;
  try {
    if (isDirectory(sys.stat(path))) {
      state.buffer.load([]);
      state.say(`"${path}" is a directory`);
      return;
    }
    const fd = yield* sys.open(path, O_RDONLY);
    const bytes = yield* readAll(sys, fd);
    sys.close(fd);
    const { lines, isEnded } = split(decodeLossless(bytes));
    state.buffer.load(lines);
    const flags = `${isWritable(state, path) && !state.options.readonly ? '' : '[readonly] '}${isEnded ? '' : '[noeol] '}`;
    state.options.readonly ||= !isWritable(state, path);
    state.say(`"${path}" ${flags}${lines.length}L, ${bytes.length}B`);
  } catch (error) {
    if (!isSysError(error)) throw error;
    state.buffer.load([]);
    if (error.errno === 'ENOENT') {
      state.isNew = true;
      state.say(`"${path}" [New]`);
    } else state.say(error.errno === 'EACCES' ? `"${path}" [Permission Denied]` : `"${path}" ${strerror(error.errno)}`);
  }
}

function isWritable({ sys }: EditorState, path: string): boolean {
  return succeeds(() => sys.access(path, W_OK));
}

/** False when it could not be written; why is in the message. */
export function* writeFile(
  state: EditorState,
  path: string,
  lines: readonly string[],
  force: boolean,
): Blocking<boolean> {
  const { sys } = state;
  if (state.options.readonly && path === state.path && !force) {
    state.fail("E45: 'readonly' option is set (add ! to override)");
    return false;
  }
  const text = lines.length === 1 && lines[0] === '' && state.isNew ? '' : lines.map((line) => `${line}\n`).join('');
  const bytes = encodeLossless(text);
  let exists = true;
  try {
    sys.stat(path);
  } catch (error) {
    if (!isSysError(error)) throw error;
    exists = false;
  }
  try {
    const fd = yield* sys.open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666);
    yield* writeAll(sys, fd, bytes);
    sys.close(fd);
  } catch (error) {
    if (!isSysError(error)) throw error;
    state.fail(
      error.errno === 'EACCES' || error.errno === 'EROFS' || error.errno === 'ENOENT'
        ? `"${path}" E212: Can't open file for writing`
        : `"${path}" E514: Write error (${strerror(error.errno)})`,
    );
    return false;
  }
  state.say(`"${path}" ${exists ? '' : '[New] '}${text === '' ? 0 : lines.length}L, ${bytes.length}B written`);
  return true;
}

/** The lines of another file; null when it cannot be read. */
export function* readLines(state: EditorState, path: string): Blocking<string[] | null> {
  try {
    const fd = yield* state.sys.open(path, O_RDONLY);
    const bytes = yield* readAll(state.sys, fd);
    state.sys.close(fd);
    return split(decodeLossless(bytes)).lines;
  } catch (error) {
    if (!isSysError(error)) throw error;
    state.fail(`E484: Can't open file ${path}`);
    return null;
  }
}
