/** printf of awk. */
import { type FormatSpec, formatDouble, formatInteger, pad } from '../common/decimal';
import { AwkRuntimeError, type Runtime } from './runtime';
import { toNumber, type Value } from './values';

const maxInt = 2_147_483_647;
const conversion = /%([-+ #0]*)(\*|\d+)?(?:\.(\*|\d+)?)?([hlqLjzt]*)([a-zA-Z%])?/y;

export function formatValues(
  runtime: Runtime,
  format: string,
  values: readonly Value[],
  caller: 'printf' | 'sprintf',
): string {
  let next = 0;
  let out = '';
  const take = (): Value => {
    if (next >= values.length) {
      throw new AwkRuntimeError(
        `not enough arguments passed to ${caller}("${format}")`,
        caller === 'printf' ? out : '',
      );
    }
    return values[next++];
  };
  for (let at = 0; at < format.length; ) {
    const percent = format.indexOf('%', at);
    if (percent < 0) return out + format.slice(at);
    out += format.slice(at, percent);
    conversion.lastIndex = percent;
    const match = conversion.exec(format);
    const [whole = '%', flags = '', width, precision, , letter] = match ?? [];
    at = percent + whole.length;
    if (letter === '%') {
      out += '%';
      continue;
    }
    if (letter === undefined) {
      out += whole;
      continue;
    }
    const givenWidth = width === '*' ? toNumber(take()) : Number(width ?? 0);
    const hasPoint = whole.includes('.');
    const givenPrecision =
      precision === '*' ? toNumber(take()) : precision === undefined ? (hasPoint ? 0 : null) : Number(precision);
    const spec: FormatSpec = {
      flags: givenWidth < 0 ? `${flags}-` : flags,
      width: Math.abs(givenWidth),
      precision: givenPrecision !== null && givenPrecision < 0 ? null : givenPrecision,
    };
    out += formatOne(runtime, letter, take(), spec, format, caller);
  }
  return out;
}

function formatOne(
  runtime: Runtime,
  letter: string,
  value: Value,
  spec: FormatSpec,
  format: string,
  caller: string,
): string {
  switch (letter) {
    case 'c':
      return pad(character(runtime, value), '', spec.flags, spec.width);
    case 's': {
      const text = runtime.text(value);
      return pad(spec.precision === null ? text : text.slice(0, spec.precision), '', spec.flags, spec.width);
    }
    case 'd':
    case 'i': {
      const number = toNumber(value);
      if (!Number.isFinite(number) && !Number.isNaN(number))
        return formatInteger(String(maxInt), number < 0, '', spec, true);
      const whole = Number.isNaN(number) ? -maxInt - 1 : Math.trunc(Math.max(-maxInt - 1, Math.min(maxInt, number)));
      return formatInteger(String(Math.abs(whole)), whole < 0, '', spec, true);
    }
    case 'o':
    case 'x':
    case 'X':
    case 'u': {
      const number = Math.trunc(toNumber(value));
      const whole = Number.isFinite(number) && number > 0 ? Math.min(number, 4_294_967_295) : 0;
      const text = whole.toString(letter === 'o' ? 8 : letter === 'u' ? 10 : 16);
      const prefix =
        spec.flags.includes('#') && whole !== 0 ? (letter === 'o' ? '0' : letter === 'u' ? '' : `0${letter}`) : '';
      return formatInteger(letter === 'X' ? text.toUpperCase() : text, false, prefix, spec, false);
    }
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      return formatDouble(toNumber(value), letter, spec);
    default:
      throw new AwkRuntimeError(`bad conversion in ${caller}("${format}")`);
  }
}

/** A number is a code, a text its first character. */
function character(runtime: Runtime, value: Value): string {
  if (typeof value === 'number') return String.fromCharCode(Math.trunc(value) & 255);
  if (value !== undefined && typeof value !== 'string' && value.number !== null)
    return String.fromCharCode(Math.trunc(value.number) & 255);
  return runtime.text(value).slice(0, 1) || '\0';
}
