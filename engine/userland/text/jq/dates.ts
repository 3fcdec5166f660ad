/** Dates of jq, in UTC. */
import { bare } from '../../../kernel/sim';
import { calendar, daysFromCivil, strftime } from '../../lib/time';
import type { Json } from './json';
import { described, JqError } from './operators';

function seconds(value: Json, what: string): number {
  if (typeof value !== 'number') throw new JqError(`${what} requires parsed datetime inputs`);
  return value;
}

/** [year, month from 0, day, hour, minute, second, weekday, day of the year]. */
function broken(value: Json): Json {
  if (typeof value !== 'number') throw new JqError('gmtime() requires a number');
  const days = Math.floor(value / 86_400);
  const rest = value - days * 86_400;
  const { year, month, day } = calendar(Math.floor(value));
  const yearDay = days - daysFromCivil(year, 1, 1);
  return [
    year,
    month - 1,
    day,
    Math.floor(rest / 3600),
    Math.floor((rest % 3600) / 60),
    rest % 60,
    (((days + 4) % 7) + 7) % 7,
    yearDay,
  ];
}

function joined(value: Json): number {
  if (!Array.isArray(value) || value.length < 6) throw new JqError('mktime requires array of 6 numbers');
  const [year = 0, month = 0, day = 1, hour = 0, minute = 0, second = 0] = value.map(Number);
  return daysFromCivil(year, month + 1, day) * 86_400 + hour * 3600 + minute * 60 + Math.floor(second);
}

const parsers: Readonly<Record<string, string>> = bare({
  Y: '(?<Y>\\d{4})',
  m: '(?<m>\\d\\d?)',
  d: '(?<d>\\d\\d?)',
  H: '(?<H>\\d\\d?)',
  M: '(?<M>\\d\\d?)',
  S: '(?<S>\\d\\d?)',
  Z: '(?:[A-Z]+)',
  z: '[-+]\\d{4}',
  s: '(?<s>\\d+)',
});

function parseTime(text: Json, format: Json): Json {
  if (typeof text !== 'string' || typeof format !== 'string')
    throw new JqError(`strptime/1 requires string inputs and arguments`);
  const source = format
    .replaceAll('%T', '%H:%M:%S')
    .replaceAll('%F', '%Y-%m-%d')
    .replaceAll(/%(.)|[\\^$.[\]|()*+?{}]/g, (whole, letter?: string) =>
      letter === undefined ? `\\${whole}` : (parsers[letter] ?? whole),
    );
  const match = new RegExp(`^${source}$`).exec(text);
  if (!match) throw new JqError(`date "${text}" does not match format "${format}"`);
  const get = (name: string, otherwise: number) => Number(match.groups?.[name] ?? otherwise);
  if (match.groups?.s !== undefined) return broken(get('s', 0));
  return broken(
    daysFromCivil(get('Y', 1900), get('m', 1), get('d', 1)) * 86_400 +
      get('H', 0) * 3600 +
      get('M', 0) * 60 +
      get('S', 0),
  );
}

export const dateFunctions: Readonly<Record<string, (input: Json, args: Json[]) => Json>> = {
  'gmtime/0': broken,
  'localtime/0': broken,
  'mktime/0': joined,
  'strftime/1': (input, [format = null]) => {
    if (typeof format !== 'string') throw new JqError('strftime/1 requires a string format');
    const time = Array.isArray(input) ? joined(input) : seconds(input, 'strftime/1');
    return strftime(format, calendar(Math.floor(time)));
  },
  'strflocaltime/1': (input, [format = null]) =>
    strftime(
      typeof format === 'string' ? format : '',
      calendar(Math.floor(Array.isArray(input) ? joined(input) : seconds(input, 'strflocaltime/1'))),
    ),
  'strptime/1': (input, [format = null]) => parseTime(input, format),
  'todate/0': (input) => {
    if (typeof input !== 'number') throw new JqError(`strftime/1 requires parsed datetime inputs`);
    return strftime('%Y-%m-%dT%H:%M:%SZ', calendar(Math.floor(input)));
  },
  'fromdate/0': (input) => fromIso(input),
  'fromdateiso8601/0': (input) => fromIso(input),
  'todateiso8601/0': (input) => strftime('%Y-%m-%dT%H:%M:%SZ', calendar(Math.floor(seconds(input, 'strftime/1')))),
};

function fromIso(input: Json): Json {
  if (typeof input !== 'string') throw new JqError(`${described(input)} cannot be parsed as a date`);
  return joined(parseTime(input, '%Y-%m-%dT%H:%M:%SZ'));
}
