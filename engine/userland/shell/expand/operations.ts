/** The operators of `${...}` on one value: removing, replacing, cutting, changing case, quoting. */
import { ShellError } from '../state/flow';
import type { Shell } from '../state/shell';
import type { Attribute, Variable } from '../state/variable';
import { decodeEscapes } from './escapes';
import type { Expanded } from './parameter';
import { eachMatch, matchesPattern, prefixLength, suffixLength } from './pattern';
import { promptText } from './prompt-hook';
import { declareQuote, valueQuote } from './quote';

/** `#`, `##`, `%`, `%%`. */
export function remove(value: string, operator: string, pattern: string): string {
  if (pattern === '') return value;
  const isLongest = operator.length === 2;
  if (operator.startsWith('#')) return value.slice(prefixLength(pattern, value, isLongest) ?? 0);
  return value.slice(0, value.length - (suffixLength(pattern, value, isLongest) ?? 0));
}

/** `/`, `//`, `/#`, `/%`. Between the pieces of the replacement stands what was matched. */
export function replace(
  value: string,
  operator: string,
  pattern: string,
  pieces: readonly string[],
  ignoreCase: boolean,
): string {
  if (pattern === '' && operator !== '/#' && operator !== '/%') return value;
  if (operator === '/#') {
    const length = prefixLength(pattern, value, true, ignoreCase);
    return length === null ? value : pieces.join(value.slice(0, length)) + value.slice(length);
  }
  if (operator === '/%') {
    const length = suffixLength(pattern, value, true, ignoreCase);
    const rest = value.length - (length ?? 0);
    return length === null ? value : value.slice(0, rest) + pieces.join(value.slice(rest));
  }
  const result: string[] = [];
  let done = 0;
  for (const { at, text } of eachMatch(pattern, value, ignoreCase)) {
    result.push(value.slice(done, at), pieces.join(text));
    done = at + text.length;
    if (operator !== '//') break;
  }
  return result.join('') + value.slice(done);
}

/** `^`, `^^`, `,`, `,,`. */
export function changeCase(value: string, operator: string, pattern: string | null): string {
  const upper = operator.startsWith('^');
  const change = (char: string): string => {
    if (pattern !== null && !matchesPattern(pattern, char)) return char;
    if (operator.startsWith('~')) return char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase();
    return upper ? char.toUpperCase() : char.toLowerCase();
  };
  const characters = [...value];
  if (operator.length === 2) return characters.map(change).join('');
  const [first = '', ...rest] = characters;
  return (first === '' ? '' : change(first)) + rest.join('');
}

export function slice(
  shell: Shell,
  reference: { name: string; subscript: string | null },
  found: Expanded,
  offset: number,
  length: number | null,
): Expanded {
  if (found.kind === 'scalar') {
    if (found.value === undefined) return found;
    const characters = [...found.value];
    const [from, to] = bounds(characters.length, offset, length, reference);
    return { kind: 'scalar', value: characters.slice(from, to).join('') };
  }
  if (reference.subscript === null) {
    const all = offset === 0 ? [shell.arg0, ...found.values] : ['', ...found.values];
    if (length !== null && length < 0) throw new ShellError(`${length}: substring expression < 0`, 1);
    const start = offset < 0 ? all.length + offset : offset;
    if (start < 0 || (offset < 0 && start === 0 && offset !== -all.length)) return { ...found, values: [] };
    const from = offset < 0 && start === 0 ? [shell.arg0, ...found.values] : all.slice(start);
    return { ...found, values: length === null ? from : from.slice(0, length) };
  }
  if (length !== null && length < 0) throw new ShellError(`${length}: substring expression < 0`, 1);
  return { ...found, values: sliceElements(found, offset, length) };
}

/** Elements from an index on, however many lie between. */
function sliceElements(found: Extract<Expanded, { kind: 'list' }>, offset: number, length: number | null): string[] {
  const keys = (found.keys ?? []).map(Number);
  const isNumbered = keys.length > 0 && keys.every((key) => !Number.isNaN(key));
  const highest = isNumbered ? keys.reduce((most, key) => Math.max(most, key), 0) : found.values.length - 1;
  const from = offset < 0 ? highest + 1 + offset : offset;
  if (from < 0) return [];
  const rest = isNumbered ? found.values.filter((_, i) => (keys[i] ?? 0) >= from) : found.values.slice(from);
  return length === null ? rest : rest.slice(0, length);
}

function bounds(
  size: number,
  offset: number,
  length: number | null,
  reference: { name: string },
): [from: number, to: number] {
  const from = offset < 0 ? size + offset : offset;
  if (from < 0 || from > size) return [0, 0];
  if (length === null) return [from, size];
  if (length >= 0) return [from, Math.min(size, from + length)];
  const to = size + length;
  if (to < from) throw new ShellError(`${length}: substring expression < 0`, 1);
  void reference;
  return [from, to];
}

/** `@Q` and the other letters. */
export function transform(
  shell: Shell,
  reference: { name: string; subscript: string | null },
  found: Expanded,
  operator: string,
): Expanded {
  const change = (value: string): string => transformed(shell, value, operator);
  if (operator === 'A') return assignmentForm(shell, reference, found);
  if (operator === 'a') return attributeForm(shell, reference, found);
  if ((operator === 'K' || operator === 'k') && found.kind === 'list' && found.keys !== undefined) {
    const pairs = found.values.flatMap((value, i) => [
      found.keys?.[i] ?? '',
      operator === 'K' ? declareQuote(value) : value,
    ]);
    return operator === 'K' ? { kind: 'scalar', value: pairs.join(' ') } : { ...found, values: pairs };
  }
  if (!/^[QUuLEPKk]$/.test(operator)) throw new ShellError(`\${${reference.name}@${operator}}: bad substitution`, 1);
  if (found.kind === 'list') return { ...found, values: found.values.map(change) };
  return { kind: 'scalar', value: found.value === undefined ? undefined : change(found.value) };
}

function transformed(shell: Shell, value: string, operator: string): string {
  switch (operator) {
    case 'U':
      return value.toUpperCase();
    case 'u':
      return value.charAt(0).toUpperCase() + value.slice(1);
    case 'L':
      return value.toLowerCase();
    case 'E':
      return decodeEscapes(value, 'ansi').text;
    case 'P':
      return promptText(shell, value);
    default:
      return valueQuote(value);
  }
}

const attributeLetters: ReadonlyArray<readonly [Attribute, string]> = [
  ['integer', 'i'],
  ['nameref', 'n'],
  ['readonly', 'r'],
  ['trace', 't'],
  ['export', 'x'],
  ['capitalize', 'c'],
  ['lowercase', 'l'],
  ['uppercase', 'u'],
];

/** The letters of declare(1): `aAilnrtux`. */
export function attributesOf(variable: Variable): string {
  const array = variable.isArray ? 'a' : variable.isAssociative ? 'A' : '';
  return (
    array +
    attributeLetters
      .filter(([attribute]) => variable.has(attribute))
      .map(([, letter]) => letter)
      .join('')
  );
}

function attributeForm(shell: Shell, reference: { name: string }, found: Expanded): Expanded {
  const variable = shell.vars.lookup(reference.name);
  const letters = variable === undefined ? '' : attributesOf(variable);
  return found.kind === 'list'
    ? { ...found, values: found.values.map(() => letters) }
    : { kind: 'scalar', value: letters };
}

function assignmentForm(
  shell: Shell,
  reference: { name: string; subscript: string | null },
  found: Expanded,
): Expanded {
  if (reference.name === '@' || reference.name === '*') {
    const values = found.kind === 'list' ? found.values : [];
    return { kind: 'scalar', value: values.length === 0 ? '' : `set -- ${values.map(valueQuote).join(' ')}` };
  }
  const variable = shell.vars.lookup(reference.name);
  if (variable === undefined) return { kind: 'scalar', value: '' };
  const letters = attributesOf(variable);
  const prefix = letters === '' ? '' : `declare -${letters} `;
  if (found.kind === 'list') {
    return { kind: 'scalar', value: `${prefix}${variable.name}=${arrayText(variable)}` };
  }
  if (found.value === undefined) return { kind: 'scalar', value: prefix.trimEnd() };
  return { kind: 'scalar', value: `${prefix}${variable.name}=${valueQuote(found.value)}` };
}

/** `([0]="a" [1]="b")`. */
export function arrayText(variable: Variable): string {
  const keys = variable.keys();
  const values = variable.values();
  const isMap = variable.isAssociative;
  const items = keys.map((key, i) => `[${isMap ? keyText(key) : key}]=${declareQuote(values[i] ?? '')}`);
  return isMap && items.length > 0 ? `(${items.join(' ')} )` : `(${items.join(' ')})`;
}

function keyText(key: string): string {
  return /^[\w.,/:+%-]+$/.test(key) ? key : declareQuote(key);
}
