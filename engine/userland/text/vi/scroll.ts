/** Keys that move the window over the text. */
import type { Blocking } from '../../../kernel/sim';
import type { Key } from '../common/terminal';
import type { Editor } from './editor';
import { firstNonBlank } from './motions';
import type { EditorState } from './state';

/** True when the key moves the window over the text. */
export function* scroll(editor: Editor, key: Key, times: number): Blocking<boolean> {
  const { state } = editor;
  const { buffer, cursor } = state;
  const rows = editor.screen.textRows;
  const page = Math.max(1, rows - 2);
  switch (key) {
    case '^F':
    case 'pagedown':
      scrollBy(state, times * page);
      return true;
    case '^B':
    case 'pageup':
      scrollBy(state, -times * page);
      return true;
    case '^D':
      scrollBy(state, Math.floor(rows / 2));
      return true;
    case '^U':
      scrollBy(state, -Math.floor(rows / 2));
      return true;
    case '^E':
    case '^Y':
      state.top = Math.max(0, Math.min(buffer.count - 1, state.top + (key === '^E' ? times : -times)));
      state.cursor.line = Math.max(state.top, Math.min(cursor.line, state.top + rows - 1));
      return true;
    case 'z': {
      const next = yield* editor.nextKey();
      const above = next === 't' || next === 'enter' ? 0 : next === 'b' ? rows - 1 : Math.floor(rows / 2);
      state.top = Math.max(0, cursor.line - above);
      return true;
    }
    default:
      return false;
  }
}

function scrollBy(state: EditorState, lines: number): void {
  const line = Math.max(0, Math.min(state.buffer.count - 1, state.cursor.line + lines));
  state.top = Math.max(0, Math.min(state.buffer.count - 1, state.top + lines));
  state.cursor = { line, column: firstNonBlank(state.buffer.line(line)) };
}
