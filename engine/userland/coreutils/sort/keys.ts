/** The keys of sort: which part of a line counts, and how (sort(1), "KEYDEF"). */
import { bare } from '../../../kernel/sim';
import { Fatal, type Tool } from '../common/tool';

export interface KeyOptions {
  numeric: 'none' | 'number' | 'general' | 'human' | 'month' | 'version' | 'random';
  reverse: boolean;
  fold: boolean;
  dictionary: boolean;
  printable: boolean;
  skipStart: boolean;
  skipEnd: boolean;
}

export interface SortKey extends KeyOptions {
  startField: number;
  startChar: number;
  /** Infinity: to the end of the line. */
  endField: number;
  /** 0: the end of that field. */
  endChar: number;
}

export function noOptions(): KeyOptions {
  return {
    numeric: 'none',
    reverse: false,
    fold: false,
    dictionary: false,
    printable: false,
    skipStart: false,
    skipEnd: false,
  };
}

export function isPlain(options: KeyOptions): boolean {
  const { numeric, reverse, fold, dictionary, printable, skipStart, skipEnd } = options;
  return numeric === 'none' && !reverse && !fold && !dictionary && !printable && !skipStart && !skipEnd;
}

const numerics: Readonly<Record<string, KeyOptions['numeric']>> = bare({
  n: 'number',
  g: 'general',
  h: 'human',
  M: 'month',
  V: 'version',
  R: 'random',
});

/** False for a letter that is no ordering option. */
export function setOrdering(options: KeyOptions, letter: string, where: 'both' | 'start' | 'end' = 'both'): boolean {
  const numeric = numerics[letter];
  if (numeric !== undefined) options.numeric = numeric;
  else if (letter === 'b') {
    if (where !== 'end') options.skipStart = true;
    if (where !== 'start') options.skipEnd = true;
  } else if (letter === 'r') options.reverse = true;
  else if (letter === 'f') options.fold = true;
  else if (letter === 'd') options.dictionary = true;
  else if (letter === 'i') options.printable = true;
  else return false;
  return true;
}

/** `2,2n`, `1.3,1.5`. */
export function parseKey(tool: Tool, spec: string): SortKey {
  const fail = (problem: string): never => {
    throw new Fatal(`${problem}: invalid field specification ${tool.word(spec)}`, 2);
  };
  const match = /^(\d*)(?:\.(\d*))?([a-zA-Z]*)(?:,(\d*)(?:\.(\d*))?([a-zA-Z]*))?(.*)$/s.exec(spec);
  const [, startField = '', startChar, startOptions = '', endField, endChar, endOptions = '', rest = ''] = match ?? [];
  if (startField === '')
    throw new Fatal(`invalid number at field start: invalid count at start of ${tool.word(spec)}`, 2);
  if (Number(startField) === 0) fail('field number is zero');
  if (startChar !== undefined && startChar === '') {
    throw new Fatal(`invalid number after '.': invalid count at start of ${tool.word('')}`, 2);
  }
  if (startChar !== undefined && Number(startChar) === 0) fail('character offset is zero');
  if (endField === '') throw new Fatal(`invalid number after ',': invalid count at start of ${tool.word('')}`, 2);
  if (endField !== undefined && Number(endField) === 0) fail('field number is zero');
  const options = noOptions();
  for (const letter of startOptions) if (!setOrdering(options, letter, 'start')) fail('stray character in field spec');
  for (const letter of endOptions) if (!setOrdering(options, letter, 'end')) fail('stray character in field spec');
  if (rest !== '') fail('stray character in field spec');
  return {
    ...options,
    startField: Number(startField) - 1,
    startChar: startChar === undefined ? 0 : Number(startChar) - 1,
    endField: endField === undefined ? Number.POSITIVE_INFINITY : Number(endField) - 1,
    endChar: endChar === undefined || endChar === '' ? 0 : Number(endChar),
  };
}

function isBlank(char: string | undefined): boolean {
  return char === ' ' || char === '\t';
}

/** Where the key begins in the line. */
function keyStart(line: string, key: SortKey, separator: string | null): number {
  let at = 0;
  let fields = key.startField;
  if (separator !== null) {
    while (at < line.length && fields-- > 0) {
      const next = line.indexOf(separator, at);
      at = next < 0 ? line.length : next + 1;
    }
  } else {
    while (at < line.length && fields-- > 0) {
      while (isBlank(line[at])) at++;
      while (at < line.length && !isBlank(line[at])) at++;
    }
  }
  if (key.skipStart) while (isBlank(line[at])) at++;
  return Math.min(line.length, at + key.startChar);
}

function keyEnd(line: string, key: SortKey, separator: string | null): number {
  if (!Number.isFinite(key.endField)) return line.length;
  let at = 0;
  let fields = key.endField + (key.endChar === 0 ? 1 : 0);
  if (separator !== null) {
    while (at < line.length && fields-- > 0) {
      const next = line.indexOf(separator, at);
      at = next < 0 ? line.length : next;
      if (at < line.length && (fields > 0 || key.endChar > 0)) at++;
    }
  } else {
    while (at < line.length && fields-- > 0) {
      while (isBlank(line[at])) at++;
      while (at < line.length && !isBlank(line[at])) at++;
    }
  }
  if (key.endChar > 0) {
    if (key.skipEnd) while (isBlank(line[at])) at++;
    at = Math.min(line.length, at + key.endChar);
  }
  return at;
}

export function keyText(line: string, key: SortKey, separator: string | null): string {
  const start = keyStart(line, key, separator);
  const text = line.slice(start, Math.max(start, keyEnd(line, key, separator)));
  return transformed(text, key);
}

/** Of -d, -i and -f only what counts is left. */
function transformed(text: string, { dictionary, printable, fold, numeric }: KeyOptions): string {
  if (numeric !== 'none' && numeric !== 'version' && numeric !== 'random') return text;
  let result = text;
  if (dictionary) result = result.replace(/[^A-Za-z0-9 \t]/g, '');
  else if (printable) result = result.replace(/[^ -~]/g, '');
  return fold ? result.replace(/[a-z]+/g, (letters) => letters.toUpperCase()) : result;
}
