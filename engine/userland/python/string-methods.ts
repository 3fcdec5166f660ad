/** The methods of str. */

import { bare, encode } from '../../kernel/sim';
import { roomForText } from '../lib/room';
import { characterCount } from './characters';
import { raise } from './errors';
import { formatTemplate } from './format';
import type { Interpreter } from './interpreter';
import { collect } from './iteration';
import { blockingFn, fn, intArg, textArg } from './native';
import { subscript } from './subscript';
import { asInt, type Py, PyBytes, type PyFunction, PyList, PyTuple, typeName } from './values';

const blanks = ' \t\n\r\v\f';

function stripped(text: string, chars: Py | undefined, sides: 'both' | 'left' | 'right'): string {
  const set = typeof chars === 'string' ? chars : blanks;
  let [start, end] = [0, text.length];
  if (sides !== 'right') while (start < end && set.includes(text[start] ?? '')) start++;
  if (sides !== 'left') while (end > start && set.includes(text[end - 1] ?? '')) end--;
  return text.slice(start, end);
}

function split(text: string, separator: Py | undefined, max: number, fromRight: boolean): string[] {
  if (separator === undefined || separator === null) {
    const words = text.split(/[ \t\n\r\v\f]+/).filter((word) => word !== '');
    if (max < 0 || words.length <= max + 1) return words;
    if (fromRight) {
      const kept = words.slice(words.length - max);
      const head = stripped(text.slice(0, text.lastIndexOf(kept[0] ?? '')), undefined, 'right');
      return [head, ...kept];
    }
    const parts: string[] = [];
    let rest = stripped(text, undefined, 'left');
    for (let count = 0; count < max; count++) {
      const [, word = '', more = ''] = /^(\S+)\s*([\s\S]*)$/.exec(rest) ?? [];
      parts.push(word);
      rest = more;
    }
    return [...parts, rest];
  }
  if (typeof separator !== 'string') throw raise('TypeError', `must be str or None, not ${typeName(separator)}`);
  if (separator === '') throw raise('ValueError', 'empty separator');
  const all = text.split(separator);
  if (max < 0 || all.length <= max + 1) return all;
  if (fromRight) return [all.slice(0, all.length - max).join(separator), ...all.slice(all.length - max)];
  return [...all.slice(0, max), all.slice(max).join(separator)];
}

/** startswith and its like take one text or a tuple of them. */
function choices(value: Py | undefined): string[] {
  if (value instanceof PyTuple) return value.items.flatMap((item) => (typeof item === 'string' ? [item] : []));
  if (typeof value === 'string') return [value];
  throw raise('TypeError', `first arg must be str or a tuple of str, not ${typeName(value ?? null)}`);
}

function justified(text: string, args: readonly Py[], side: 'left' | 'right' | 'center'): string {
  const [, fill] = args;
  const filler = typeof fill === 'string' ? fill : ' ';
  const missing = Math.max(0, intArg(args, 0) - characterCount(text));
  roomForText(missing);
  if (side === 'left') return text + filler.repeat(missing);
  if (side === 'right') return filler.repeat(missing) + text;
  const before = Math.floor(missing / 2) + (missing & intArg(args, 0) & 1);
  return filler.repeat(before) + text + filler.repeat(missing - before);
}

const tests: Readonly<Record<string, RegExp>> = bare({
  isdigit: /^\p{Nd}+$/u,
  isnumeric: /^\p{N}+$/u,
  isdecimal: /^\p{Nd}+$/u,
  isalpha: /^\p{L}+$/u,
  isalnum: /^[\p{L}\p{N}]+$/u,
  isspace: /^\s+$/,
  isupper: /^(?=.*\p{Lu})[^\p{Ll}]+$/su,
  islower: /^(?=.*\p{Ll})[^\p{Lu}]+$/su,
  isidentifier: /^[\p{L}_][\p{L}\p{N}_]*$/u,
});

const plain: Readonly<Record<string, (text: string, args: readonly Py[], named: ReadonlyMap<string, Py>) => Py>> = bare(
  {
    upper: (text) => text.toUpperCase(),
    lower: (text) => text.toLowerCase(),
    capitalize: (text) => text.slice(0, 1).toUpperCase() + text.slice(1).toLowerCase(),
    title: (text) => text.toLowerCase().replaceAll(/\p{L}+/gu, (word) => (word[0] ?? '').toUpperCase() + word.slice(1)),
    swapcase: (text) =>
      [...text].map((char) => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase())).join(''),
    strip: (text, [chars]) => stripped(text, chars, 'both'),
    lstrip: (text, [chars]) => stripped(text, chars, 'left'),
    rstrip: (text, [chars]) => stripped(text, chars, 'right'),
    split: (text, args, named) =>
      new PyList(
        split(text, args[0] ?? named.get('sep'), Number(asInt(args[1] ?? named.get('maxsplit') ?? -1n) ?? -1n), false),
      ),
    rsplit: (text, args, named) =>
      new PyList(
        split(text, args[0] ?? named.get('sep'), Number(asInt(args[1] ?? named.get('maxsplit') ?? -1n) ?? -1n), true),
      ),
    splitlines: (text) =>
      new PyList((text.endsWith('\n') ? text.slice(0, -1) : text).split(/\r\n|\r|\n/).slice(text === '' ? 1 : 0)),
    replace: (text, args) => {
      const [from, to] = [textArg(args, 0, 'replace'), textArg(args, 1, 'replace')];
      const count = intArg(args, 2, -1);
      if (count < 0) return text.replaceAll(from, to.replaceAll('$', '$$$$'));
      return split(text, from, count, false).join(to);
    },
    startswith: (text, [prefix]) => choices(prefix).some((item) => text.startsWith(item)),
    endswith: (text, [suffix]) => choices(suffix).some((item) => text.endsWith(item)),
    removeprefix: (text, args) =>
      text.startsWith(textArg(args, 0, 'removeprefix')) ? text.slice(textArg(args, 0, 'removeprefix').length) : text,
    removesuffix: (text, args) =>
      text.endsWith(textArg(args, 0, 'removesuffix'))
        ? text.slice(0, text.length - textArg(args, 0, 'removesuffix').length)
        : text,
    find: (text, args) => BigInt(text.indexOf(textArg(args, 0, 'find'), intArg(args, 1, 0))),
    rfind: (text, args) => BigInt(text.lastIndexOf(textArg(args, 0, 'rfind'))),
    index: (text, args) => {
      const at = text.indexOf(textArg(args, 0, 'index'));
      if (at < 0) throw raise('ValueError', 'substring not found');
      return BigInt(at);
    },
    count: (text, args) => BigInt(text.split(textArg(args, 0, 'count')).length - 1),
    encode: (text) => new PyBytes(encode(text)),
    ljust: (text, args) => justified(text, args, 'left'),
    rjust: (text, args) => justified(text, args, 'right'),
    center: (text, args) => justified(text, args, 'center'),
    zfill: (text, args) => {
      const sign = /^[-+]/.test(text) ? (text[0] ?? '') : '';
      return sign + text.slice(sign.length).padStart(intArg(args, 0) - sign.length, '0');
    },
    partition: (text, args) => {
      const separator = textArg(args, 0, 'partition');
      const at = text.indexOf(separator);
      return new PyTuple(at < 0 ? [text, '', ''] : [text.slice(0, at), separator, text.slice(at + separator.length)]);
    },
    rpartition: (text, args) => {
      const separator = textArg(args, 0, 'rpartition');
      const at = text.lastIndexOf(separator);
      return new PyTuple(at < 0 ? ['', '', text] : [text.slice(0, at), separator, text.slice(at + separator.length)]);
    },
  },
);

export function stringMethod(text: string, name: string, interpreter: Interpreter): PyFunction | undefined {
  const test = tests[name];
  if (test) return fn(name, () => test.test(text));
  const work = plain[name];
  if (work && Object.hasOwn(plain, name)) return fn(name, (args, named) => work(text, args, named));
  if (name === 'join') {
    return blockingFn(name, function* (args) {
      const items = yield* collect(args[0] ?? null);
      const parts = items.map((item, at) => {
        if (typeof item !== 'string')
          throw raise('TypeError', `sequence item ${at}: expected str instance, ${typeName(item)} found`);
        return item;
      });
      return parts.join(text);
    });
  }
  if (name !== 'format') return undefined;
  return fn(name, (args, named) =>
    formatTemplate(text, args, named, (base, path) => readPath(base, path, interpreter)),
  );
}

function readPath(base: Py, path: string, interpreter: Interpreter): Py {
  let value = base;
  for (const [, attribute, index] of path.matchAll(/\.(\w+)|\[([^\]]*)\]/g)) {
    if (attribute !== undefined) value = interpreter.attribute(value, attribute);
    else value = subscript(value, /^\d+$/.test(index ?? '') ? BigInt(index ?? '0') : (index ?? ''));
  }
  return value;
}
