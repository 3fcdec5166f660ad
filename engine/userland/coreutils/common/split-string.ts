/** What `env -S` makes of one string: quotes, backslashes, comments and `${VARIABLE}` (env(1), "-S/--split-string"). */
import { bare } from '../../../kernel/sim';
import { Fatal } from './tool';

const ownFailure = 125;

const escapes: Readonly<Record<string, string>> = bare({
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '#': '#',
  $: '$',
  '"': '"',
  "'": "'",
  '\\': '\\',
});

export function splitArguments(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote = '';
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (quote === '' && /\s/.test(char)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (quote === '' && char === '#' && word === null) break;
    else if ((char === '"' || char === "'") && (quote === '' || quote === char)) {
      quote = quote === '' ? char : '';
      word ??= '';
    } else if (char === '\\' && quote !== "'") {
      const next = text[++at];
      if (next === undefined) throw new Fatal('invalid backslash at end of string in -S', ownFailure);
      if (next === 'c') {
        if (quote !== '') throw new Fatal("'\\c' must not appear in double-quoted -S string", ownFailure);
        break;
      }
      if (next === '_' && quote === '') {
        if (word !== null) words.push(word);
        word = null;
        continue;
      }
      const escaped: string | undefined = next === '_' ? ' ' : escapes[next];
      if (escaped === undefined) throw new Fatal(`invalid sequence '\\${next}' in -S`, ownFailure);
      word = (word ?? '') + escaped;
    } else if (char === '\\' && (text[at + 1] === '\\' || text[at + 1] === "'"))
      word = (word ?? '') + (text[++at] ?? '');
    else word = (word ?? '') + char;
  }
  if (quote !== '') throw new Fatal('no terminating quote in -S string', ownFailure);
  if (word !== null) words.push(word);
  return words;
}
