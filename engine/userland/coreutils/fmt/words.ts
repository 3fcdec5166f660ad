/** The words of a paragraph, and what fmt has to know of them. */
export interface Word {
  text: string;
  length: number;
  /** Columns to the next one. */
  space: number;
  /** Begins with an opening bracket or quote. */
  paren: boolean;
  /** Ends in a full stop, question or exclamation mark. */
  period: boolean;
  punct: boolean;
  /** The last one of a sentence. */
  final: boolean;
}

/** Of one line; `column` is where it begins. */
export function wordsOf(line: string, column: number, isUniform: boolean): Word[] {
  const words: Word[] = [];
  let at = column;
  for (const [, text = '', blanks = ''] of line.matchAll(/([^ \t]+)([ \t]*)/g)) {
    const start = at + text.length;
    at = start;
    for (const char of blanks) at = char === '\t' ? (Math.floor(at / 8) + 1) * 8 : at + 1;
    words.push(wordOf(text, at - start, isUniform));
  }
  const last = words.at(-1);
  if (last) {
    last.final = last.period;
    last.space = last.final ? 2 : 1;
  }
  return words;
}

function wordOf(text: string, space: number, isUniform: boolean): Word {
  const bare = text.replace(/[)\]'"]+$/, '');
  const period = /[.?!]$/.test(bare);
  const final = period && space > 1;
  return {
    text,
    length: text.length,
    space: isUniform ? (final ? 2 : 1) : space,
    paren: /^[(['`"]/.test(text),
    period,
    punct: /[!-/:-@[-`{-~]$/.test(text),
    final,
  };
}
