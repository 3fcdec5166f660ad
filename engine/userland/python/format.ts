/** Formatting: format specs (`{:>5.2f}`), str.format, the operator `%`. */

import { roomForText } from '../lib/room';
import { characterCount } from './characters';
import { raise } from './errors';
import { asInt, asNumber, type Py, PyDict, PyTuple, repr, str, typeName } from './values';

const specPattern = /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/su;

export function formatValue(value: Py, spec: string): string {
  if (spec === '') return str(value);
  const match = specPattern.exec(spec);
  if (!match) throw raise('ValueError', 'Invalid format specifier');
  const [, fill, align, sign = '', alternate, zero, width, group, precision, type] = match;
  const isNumber = typeof value !== 'string' && asNumber(value) !== null && type !== 's';
  let text: string;
  if (!isNumber) {
    if (type !== undefined && type !== 's')
      throw raise('ValueError', `Unknown format code '${type}' for object of type '${typeName(value)}'`);
    text = precision === undefined ? str(value) : [...str(value)].slice(0, Number(precision)).join('');
  } else
    text = formatNumber(value, {
      sign,
      alternate: alternate !== undefined,
      group: group ?? '',
      precision: precision === undefined ? null : Number(precision),
      type: type ?? '',
    });
  return padTo(
    text,
    Number(width ?? 0),
    fill ?? (zero && align === undefined ? '0' : ' '),
    align ?? (zero && isNumber ? '=' : isNumber ? '>' : '<'),
  );
}

function padTo(text: string, width: number, fill: string, align: string): string {
  const missing = width - characterCount(text);
  if (missing <= 0) return text;
  roomForText(missing);
  if (align === '<') return text + fill.repeat(missing);
  if (align === '^') return fill.repeat(Math.floor(missing / 2)) + text + fill.repeat(Math.ceil(missing / 2));
  if (align !== '=') return fill.repeat(missing) + text;
  const [, front = '', rest = ''] = /^([-+ ]?(?:0[xob])?)(.*)$/s.exec(text) ?? [];
  return front + fill.repeat(missing) + rest;
}

interface NumberFormat {
  sign: string;
  alternate: boolean;
  group: string;
  precision: number | null;
  type: string;
}

function formatNumber(value: Py, { sign, alternate, group, precision, type }: NumberFormat): string {
  const whole = asInt(value);
  const number = asNumber(value) ?? 0;
  const isNegative = whole === null ? number < 0 || Object.is(number, -0) : whole < 0n;
  const front = isNegative ? '-' : sign === '-' ? '' : sign;
  if (whole !== null && 'bcdnoxX'.includes(type)) {
    if (type === 'c') return String.fromCodePoint(Number(whole));
    const base = type === 'b' ? 2 : type === 'o' ? 8 : type === 'x' || type === 'X' ? 16 : 10;
    const digits = (whole < 0n ? -whole : whole).toString(base);
    const prefix = alternate && base !== 10 ? `0${type}` : '';
    return front + prefix + grouped(type === 'X' ? digits.toUpperCase() : digits, group);
  }
  if (whole === null && 'bcdoxX'.includes(type) && type !== '')
    throw raise('ValueError', `Unknown format code '${type}' for object of type 'float'`);
  const size = Math.abs(number);
  if (type === '' && precision === null) return front + grouped(repr(size), group);
  if (type === '%') return `${front}${grouped((size * 100).toFixed(precision ?? 6), group)}%`;
  if (type.toLowerCase() === 'f') return front + grouped(size.toFixed(precision ?? 6), group);
  if (type.toLowerCase() === 'e') return front + cased(exponent(size.toExponential(precision ?? 6)), type);
  return front + cased(generalText(size, precision ?? 6, type === ''), type);
}

function cased(text: string, type: string): string {
  return type !== '' && type === type.toUpperCase() ? text.toUpperCase() : text;
}

function exponent(text: string): string {
  return text.replace(/e([-+])(\d)$/, 'e$10$2');
}

function generalText(value: number, precision: number, keepsPoint: boolean): string {
  const digits = Math.max(1, precision);
  const power = value === 0 ? 0 : Number(value.toExponential(digits - 1).split('e')[1] ?? 0);
  if (power < -4 || power >= digits) return exponent(value.toExponential(digits - 1).replace(/\.?0+e/, 'e'));
  const fixed = value.toFixed(Math.max(0, digits - 1 - power));
  const text = fixed.includes('.') ? fixed.replace(/\.?0+$/, '') : fixed;
  return keepsPoint && !text.includes('.') ? `${text}.0` : text;
}

function grouped(text: string, group: string): string {
  if (group === '') return text;
  const [whole = '', rest] = text.split('.');
  const shown = whole.replaceAll(/\B(?=(\d{3})+$)/g, group);
  return rest === undefined ? shown : `${shown}.${rest}`;
}

export function convert(value: Py, conversion: string): Py {
  if (conversion === 'r' || conversion === 'a') return repr(value);
  return conversion === 's' ? str(value) : value;
}

/** str.format. */
export function formatTemplate(
  template: string,
  args: readonly Py[],
  named: ReadonlyMap<string, Py>,
  read: (base: Py, path: string) => Py,
): string {
  let next = 0;
  return template.replaceAll(
    /\{\{|\}\}|\{([^{}!:]*)(?:!([rsa]))?(?::((?:[^{}]|\{[^{}]*\})*))?\}/g,
    (whole, field?: string, conversion?: string, spec?: string) => {
      if (field === undefined) return whole[0] ?? '';
      const [, name = '', path = ''] = /^([^.[]*)(.*)$/s.exec(field) ?? [];
      const base = name === '' ? args[next++] : /^\d+$/.test(name) ? args[Number(name)] : named.get(name);
      if (base === undefined) {
        throw name === '' || /^\d+$/.test(name)
          ? raise('IndexError', 'Replacement index out of range for positional args tuple')
          : raise('KeyError', name);
      }
      const inner = (spec ?? '').replaceAll(/\{([^{}]*)\}/g, (_, key: string) =>
        str((key === '' ? args[next++] : /^\d+$/.test(key) ? args[Number(key)] : named.get(key)) ?? ''),
      );
      return formatValue(convert(path === '' ? base : read(base, path), conversion ?? ''), inner);
    },
  );
}

/** `'%d of %s' % (1, 'x')`. */
export function percentFormat(template: string, given: Py): string {
  const args = given instanceof PyTuple ? given.items : [given];
  let next = 0;
  const take = () => {
    const value = args[next++];
    if (value === undefined) throw raise('TypeError', 'not enough arguments for format string');
    return value;
  };
  const text = template.replaceAll(
    /%(?:\((\w+)\))?([-+ #0]*)(\*|\d+)?(?:\.(\d+))?([a-zA-Z%])/g,
    (
      _,
      key: string | undefined,
      flags: string,
      width: string | undefined,
      precision: string | undefined,
      type: string,
    ) => {
      if (type === '%') return '%';
      const size = width === '*' ? String(asInt(take()) ?? 0n) : (width ?? '');
      const value = key === undefined ? take() : given instanceof PyDict ? (given.get(key) ?? null) : null;
      return percentOne(value, {
        flags,
        width: Number(size),
        precision: precision === undefined ? null : Number(precision),
        type,
      });
    },
  );
  if (next < args.length && !(given instanceof PyDict))
    throw raise('TypeError', 'not all arguments converted during string formatting');
  return text;
}

function percentOne(
  value: Py,
  { flags, width, precision, type }: { flags: string; width: number; precision: number | null; type: string },
): string {
  const align = flags.includes('-') ? '<' : flags.includes('0') && type !== 's' ? '=' : '>';
  const fill = align === '=' ? '0' : ' ';
  if (type === 's' || type === 'r' || type === 'a') {
    const text = type === 's' ? str(value) : repr(value);
    return padTo(precision === null ? text : text.slice(0, precision), width, fill, align);
  }
  if (type === 'c' && typeof value === 'string') return padTo(value, width, fill, align);
  const number = asNumber(value);
  if (number === null) {
    const wanted = 'di'.includes(type)
      ? 'a real number is required'
      : 'ouxX'.includes(type)
        ? 'an integer is required'
        : 'must be real number';
    throw raise(
      'TypeError',
      type === 'f'
        ? `must be real number, not ${typeName(value)}`
        : `%${type} format: ${wanted}, not ${typeName(value)}`,
    );
  }
  const sign = flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const subject: Py = 'diu'.includes(type) ? (asInt(value) ?? BigInt(Math.trunc(number))) : value;
  const kind = 'iu'.includes(type) ? 'd' : type;
  return padTo(
    formatNumber(subject, { sign, alternate: flags.includes('#'), group: '', precision, type: kind }),
    width,
    fill,
    align,
  );
}
