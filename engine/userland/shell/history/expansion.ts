/** History expansion: `!!`, `!$`, `!ls:s/a/b/`, `^a^b^` (bash(1), "HISTORY EXPANSION"). */
export class EventNotFound extends Error {}

export interface HistoryLines {
  lines: readonly string[];
  /** The number of the first one. */
  base: number;
}

export interface ExpandedLine {
  text: string;
  changed: boolean;
  /** `:p`: only printed. */
  onlyPrints: boolean;
}

export function expandHistory(line: string, history: HistoryLines): ExpandedLine {
  const quick = /^\^([^^]*)\^([^^\n]*)(?:\^(.*))?$/s.exec(line);
  if (quick) return quickSubstitution(quick, history);
  if (!line.includes('!')) return { text: line, changed: false, onlyPrints: false };
  let text = '';
  let changed = false;
  let onlyPrints = false;
  let inDouble = false;
  for (let at = 0; at < line.length; ) {
    const char = line.charAt(at);
    if (char === '\\') {
      text += line.slice(at, at + 2);
      at += 2;
      continue;
    }
    if (char === '"') inDouble = !inDouble;
    if (char === "'" && !inDouble) {
      const end = line.indexOf("'", at + 1);
      const stop = end < 0 ? line.length : end + 1;
      text += line.slice(at, stop);
      at = stop;
      continue;
    }
    if (char === '!' && isReference(line, at, inDouble)) {
      const reference = readReference(line, at, text, history);
      text += reference.text;
      at = reference.end;
      changed = true;
      onlyPrints ||= reference.onlyPrints;
      continue;
    }
    text += char;
    at++;
  }
  return { text, changed, onlyPrints };
}

function isReference(line: string, at: number, inDouble: boolean): boolean {
  const next = line.charAt(at + 1);
  if (next === '' || /[\s=]/.test(next) || (next === '"' && inDouble)) return false;
  if (next === '(') return false;
  // `$!`, `[!a]`, `${!x}` are something else.
  const before = line.charAt(at - 1);
  return !(before === '[' || (before === '{' && line.charAt(at - 2) === '$') || before === '$');
}

function quickSubstitution(match: RegExpExecArray, history: HistoryLines): ExpandedLine {
  const [whole, from = '', to = '', rest = ''] = match;
  const last = history.lines.at(-1);
  if (last === undefined || !last.includes(from)) throw new EventNotFound(`:s${whole}: substitution failed`);
  return { text: last.replace(from, () => to) + rest, changed: true, onlyPrints: false };
}

interface Reference {
  text: string;
  end: number;
  onlyPrints: boolean;
}

function readReference(line: string, start: number, before: string, history: HistoryLines): Reference {
  const rest = line.slice(start + 1);
  let event: string | undefined;
  let at = start + 1;
  let name = '!';
  const simple = /^(!|-?\d+|#|\?[^?\n]*\??)/.exec(rest)?.[0];
  if (simple !== undefined) {
    at += simple.length;
    name += simple;
    event = eventOf(simple, before, history);
  } else if (/^[$^*:]/.test(rest)) event = history.lines.at(-1);
  else {
    const prefix = /^[^\s:;&|()<>"'$^*]+/.exec(rest)?.[0] ?? '';
    at += prefix.length;
    name += prefix;
    event = history.lines.findLast((entry) => entry.startsWith(prefix));
  }
  if (event === undefined) throw new EventNotFound(`${name}: event not found`);
  const designator = readDesignator(line, at, event, name);
  return applyModifiers(line, designator.end, designator.text);
}

function eventOf(text: string, before: string, { lines, base }: HistoryLines): string | undefined {
  if (text === '!') return lines.at(-1);
  if (text === '#') return before;
  if (text.startsWith('?')) {
    const wanted = text.replace(/^\?|\?$/g, '');
    return lines.findLast((entry) => entry.includes(wanted));
  }
  const number = Number(text);
  return number < 0 ? lines.at(number) : lines[number - base];
}

/** `:0`, `:2-4`, `:$`, `:*`. */
function readDesignator(line: string, start: number, event: string, name: string): { text: string; end: number } {
  const match = /^(?::(?=[\d^$*%-])|(?=[$^*-]))(\d+|[$^])?(\*|-(\d+|\$)?)?/.exec(line.slice(start));
  if (!match || match[0] === '' || match[0] === ':') return { text: event, end: start };
  const words = wordsOf(event);
  const last = words.length - 1;
  const place = (text: string | undefined, otherwise: number): number => {
    if (text === undefined) return otherwise;
    if (text === '$') return last;
    return text === '^' ? 1 : Number(text);
  };
  const [whole, first, range, rangeEnd] = match;
  let [from, to] = [place(first, 0), place(first, 0)];
  if (range === '*') [from, to] = [place(first, 1), last];
  else if (range !== undefined) to = rangeEnd === undefined ? last - 1 : place(rangeEnd, last);
  if (from > last + 1 || to > last) throw new EventNotFound(`${name}${whole}: bad word specifier`);
  return { text: words.slice(from, to + 1).join(' '), end: start + whole.length };
}

export function wordsOf(line: string): string[] {
  return line.match(/(?:[^\s'"\\;|&()<>]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+|[;|&()<>]+/g) ?? [];
}

function applyModifiers(line: string, start: number, value: string): Reference {
  let text = value;
  let at = start;
  let onlyPrints = false;
  for (;;) {
    const match = /^:(?:(g|a)?s(.)(.*?)\2(.*?)(?:\2|$)|(g|a)?([htrepqx&]))/.exec(line.slice(at));
    if (!match) return { text, end: at, onlyPrints };
    at += match[0].length;
    const [, all, , from = '', to = '', , letter] = match;
    if (letter === undefined) {
      if (!text.includes(from)) throw new EventNotFound(`${match[0]}: substitution failed`);
      text = all ? text.replaceAll(from, () => to) : text.replace(from, () => to);
    } else if (letter === 'p') onlyPrints = true;
    else text = changed(text, letter);
  }
}

function changed(text: string, letter: string): string {
  const slash = text.lastIndexOf('/');
  const dot = text.lastIndexOf('.');
  switch (letter) {
    case 'h':
      return slash > 0 ? text.slice(0, slash) : slash === 0 ? '/' : text;
    case 't':
      return text.slice(slash + 1);
    case 'r':
      return dot > slash ? text.slice(0, dot) : text;
    case 'e':
      return dot > slash ? text.slice(dot) : '';
    case 'q':
      return `'${text.replaceAll("'", "'\\''")}'`;
    case 'x':
      return text
        .split(/\s+/)
        .map((word) => `'${word}'`)
        .join(' ');
    default:
      return text;
  }
}
