/** Functions of jq about strings. */

import type { Json } from './json';
import { compact, toJsonText } from './json-text';
import { matchAll } from './matching';
import { type Native, plain, text, withArgs } from './native';
import { add, described, JqError } from './operators';

export const textFunctions: Readonly<Record<string, Native>> = {
  'split/1': withArgs((input, [separator = null]) => {
    const [whole, part] = [
      text(input, 'split input and separator must be strings'),
      text(separator, 'split input and separator must be strings'),
    ];
    return whole === '' ? [] : part === '' ? [...whole] : whole.split(part);
  }),
  'join/1': withArgs((input, [separator = null]) => join(input, separator)),
  'ltrimstr/1': withArgs((input, [prefix = null]) =>
    typeof input === 'string' && typeof prefix === 'string' && input.startsWith(prefix)
      ? input.slice(prefix.length)
      : input,
  ),
  'rtrimstr/1': withArgs((input, [suffix = null]) =>
    typeof input === 'string' && typeof suffix === 'string' && suffix !== '' && input.endsWith(suffix)
      ? input.slice(0, -suffix.length)
      : input,
  ),
  'startswith/1': withArgs((input, [prefix = null]) =>
    text(input, 'startswith() requires string inputs').startsWith(text(prefix, 'startswith() requires string inputs')),
  ),
  'endswith/1': withArgs((input, [suffix = null]) =>
    text(input, 'endswith() requires string inputs').endsWith(text(suffix, 'endswith() requires string inputs')),
  ),
  'ascii_downcase/0': plain((input) =>
    text(input, 'explode input must be a string').replaceAll(/[A-Z]/g, (char) => char.toLowerCase()),
  ),
  'ascii_upcase/0': plain((input) =>
    text(input, 'explode input must be a string').replaceAll(/[a-z]/g, (char) => char.toUpperCase()),
  ),
  'explode/0': plain((input) =>
    [...text(input, `${described(input)} cannot be exploded`)].map((char) => char.codePointAt(0) ?? 0),
  ),
  'implode/0': plain((input) => {
    if (!Array.isArray(input)) throw new JqError('implode input must be an array');
    return input.map((code) => String.fromCodePoint(typeof code === 'number' ? Math.trunc(code) : 0xfffd)).join('');
  }),
  '_match/2': withArgs((input, [pattern = null, flags = null]) => {
    if (typeof input !== 'string') throw new JqError(`${described(input)} cannot be matched, as it is not a string`);
    if (typeof pattern !== 'string')
      throw new JqError(`${described(pattern)} cannot be matched, as it is not a string`);
    return matchAll(input, pattern, typeof flags === 'string' ? flags : '');
  }),
};

function join(input: Json, separator: Json): Json {
  const items = Array.isArray(input) ? input : null;
  if (items === null) throw new JqError(`Cannot iterate over ${input === null ? 'null' : described(input)}`);
  if (items.length === 0) return '';
  return items.reduce<Json>((sum, item, at) => {
    const shown =
      item === null ? '' : typeof item === 'boolean' || typeof item === 'number' ? toJsonText(item, compact) : item;
    return add(at === 0 ? '' : add(sum, separator), shown);
  }, '');
}
