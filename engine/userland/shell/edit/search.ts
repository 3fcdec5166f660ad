/** Incremental search through the history (`C-r`, `C-s`). */
import type { Blocking } from '../../../kernel/sim';
import type { EditSession } from './session';

type Direction = 'backward' | 'forward';

export function* incrementalSearch(session: EditSession, start: Direction): Blocking<void> {
  const { line, shell } = session;
  const before = { text: line.text, point: line.point, at: session.historyAt };
  let direction = start;
  let wanted = '';
  let failed = false;
  const show = function* (): Blocking<void> {
    const label = `(${failed ? 'failed ' : ''}${direction === 'backward' ? 'reverse-' : ''}i-search)\`${wanted}': `;
    yield* session.write(session.display.erase());
    session.display.setPrompt(label);
    yield* session.refresh();
  };
  const find = (from: number): void => {
    const step = direction === 'backward' ? -1 : 1;
    failed = true;
    for (let at = from; at >= 0 && at <= shell.history.length; at += step) {
      const text = shell.history[at]?.line ?? (at === before.at ? before.text : '');
      const place = text.lastIndexOf(wanted);
      if (wanted === '' || place < 0) continue;
      session.historyAt = at;
      line.replace(text);
      line.point = [...text.slice(0, place)].length;
      failed = false;
      return;
    }
  };
  yield* show();
  for (;;) {
    const key = yield* session.keys.next();
    if (key.kind === 'text') {
      wanted += key.text;
      find(session.historyAt);
    } else if (key.kind === 'key' && (key.name === 'C-r' || key.name === 'C-s')) {
      direction = key.name === 'C-r' ? 'backward' : 'forward';
      if (wanted === '') wanted = session.shell.lastSearch;
      find(session.historyAt + (direction === 'backward' ? -1 : 1));
    } else if (key.kind === 'key' && (key.name === 'backspace' || key.name === 'C-h')) {
      wanted = wanted.slice(0, -1);
      session.historyAt = before.at;
      if (wanted === '') {
        line.replace(before.text);
        failed = false;
      } else find(before.at);
    } else if (key.kind === 'key' && key.name === 'C-g') {
      session.historyAt = before.at;
      line.replace(before.text);
      line.point = before.point;
      yield* leave(session);
      return;
    } else {
      if (wanted !== '') session.shell.lastSearch = wanted;
      yield* leave(session);
      session.unread(key);
      return;
    }
    yield* show();
  }
}

function* leave(session: EditSession): Blocking<void> {
  yield* session.write(session.display.erase());
  session.display.setPrompt(session.prompt);
  yield* session.refresh();
}
