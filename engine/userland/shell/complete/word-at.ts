/** The word before the cursor, and what place it has in its command. */
export interface WordAt {
  /** Where it begins in the line, as an index of characters. */
  start: number;
  /** As it was typed, quotes and all. */
  raw: string;
  /** What it stands for. */
  text: string;
  /** The quote that is open in it. */
  quote: '' | '"' | "'";
  isCommand: boolean;
  /** After `<` or `>`. */
  isRedirection: boolean;
  /** The words of its command so far, without itself. */
  before: string[];
  /** Where its command begins. */
  commandStart: number;
}

const opensCommand = new Set(['then', 'do', 'else', 'elif', 'if', 'while', 'until', '!', '{', 'time', 'coproc']);

export function wordAt(line: readonly string[], point: number): WordAt {
  let start = 0;
  let raw = '';
  let text = '';
  let quote: WordAt['quote'] = '';
  let before: string[] = [];
  let isRedirection = false;
  let commandStart = 0;
  let inWord = false;
  const finishWord = (): void => {
    if (!inWord) return;
    if (!isRedirection) before.push(text);
    isRedirection = false;
    inWord = false;
    raw = '';
    text = '';
  };
  for (let at = 0; at < point; at++) {
    const char = line[at] ?? '';
    if (quote === '' && /\s/.test(char)) {
      finishWord();
      continue;
    }
    if (quote === '' && /[;&|()<>]/.test(char)) {
      finishWord();
      if (/[<>]/.test(char)) isRedirection = true;
      else if (!(char === '&' && /[<>]/.test(line[at - 1] ?? ''))) {
        before = [];
        commandStart = at + 1;
      }
      continue;
    }
    if (!inWord) {
      inWord = true;
      start = at;
    }
    raw += char;
    if (char === '\\' && quote !== "'" && at + 1 < point) {
      at++;
      raw += line[at] ?? '';
      text += line[at] ?? '';
    } else if (quote === '' && (char === '"' || char === "'")) quote = char;
    else if (char === quote) quote = '';
    else text += char;
    // `$(` and a backquote begin a command of their own.
    if (quote !== "'" && char === '`') {
      inWord = false;
      before = [];
      raw = '';
      text = '';
      commandStart = at + 1;
    }
  }
  if (!inWord) start = point;
  while (before.length > 0 && (opensCommand.has(before[0] ?? '') || /^[A-Za-z_]\w*\+?=/.test(before[0] ?? '')))
    before.shift();
  return {
    start,
    raw,
    text,
    quote,
    isCommand: before.length === 0 && !isRedirection,
    isRedirection,
    before,
    commandStart,
  };
}
