/** Tests of times: -mtime, -mmin, -newer, -newerXY, -used. */
import type { Nanoseconds, Stat } from '../../../kernel/sim';
import { parseDate } from './dates';
import { parseComparison, statOf } from './operands';
import type { Making } from './parser';
import { atOnce, FindUsageError, type Predicate } from './types';

type Which = 'atime' | 'mtime' | 'ctime';
const minute = 60e9;
const day = 86_400e9;

const letters: Readonly<Record<string, Which>> = { a: 'atime', c: 'ctime', m: 'mtime', B: 'ctime' };

const plain = (test: (stat: Stat) => boolean): Predicate => atOnce(({ stat }) => test(stat));

/** Null when `name` is none of these. */
export function makeTimeTest(name: string, making: Making): Predicate | null {
  const [, age, unit] = /^-([acm])(time|min)$/.exec(name) ?? [];
  const which = letters[age ?? ''];
  if (which) return ageTest(name, which, unit === 'time', making);
  if (name === '-newer') return newer('mtime', statOf(making, making.argument()).mtime);
  if (name === '-anewer' || name === '-cnewer') {
    return newer(name === '-anewer' ? 'atime' : 'ctime', statOf(making, making.argument()).mtime);
  }
  if (name === '-used') {
    const compare = comparison(name, making.argument());
    return plain((stat) => compare(Math.floor((stat.atime - stat.ctime) / day)));
  }
  const [, mine, other] = /^-newer([acmB])([acmt])$/.exec(name) ?? [];
  const own = letters[mine ?? ''];
  if (own === undefined || other === undefined) return null;
  const reference = making.argument();
  if (other !== 't') return newer(own, statOf(making, reference)[letters[other] ?? 'mtime']);
  const time = parseDate(reference, making.context.now);
  if (time === null) throw new FindUsageError(`I cannot figure out how to interpret ‘${reference}’ as a date or time`);
  return newer(own, time);
}

function comparison(name: string, text: string): (value: number) => boolean {
  const compare = parseComparison(text);
  if (compare === null) throw new FindUsageError(`invalid argument \`${text}' to \`${name}'`);
  return compare;
}

function newer(which: Which, than: Nanoseconds): Predicate {
  return plain((stat) => stat[which] > than);
}

function ageTest(name: string, which: Which, inDays: boolean, { argument, context, options }: Making): Predicate {
  const text = argument();
  const compare = comparison(name, text);
  const now = () => (options.dayStart ? Math.floor(context.now / day + 1) * day : context.now);
  if (inDays) return plain((stat) => compare(Math.floor((now() - stat[which]) / day)));
  const wanted = Number(text.replace(/^[-+]/, ''));
  // Minutes are not cut off: `1` is the minute up to one ago.
  return plain((stat) => {
    const age = (now() - stat[which]) / minute;
    return /^[-+]/.test(text) ? compare(age) : age > wanted - 1 && age <= wanted;
  });
}
