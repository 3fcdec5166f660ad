/** How ls -l shows times: a format for those of the last six months, and one for all others. */

import type { Nanoseconds } from '../../../kernel/sim';
import { bare } from '../../../kernel/sim';
import { calendarOf, strftime } from '../../lib/time';
import { type Tool, WordError } from '../common/tool';

export interface TimeFormat {
  recent: string;
  old: string;
}

const styles: Readonly<Record<string, TimeFormat>> = bare({
  'full-iso': { recent: '%Y-%m-%d %H:%M:%S.%N %z', old: '%Y-%m-%d %H:%M:%S.%N %z' },
  'long-iso': { recent: '%Y-%m-%d %H:%M', old: '%Y-%m-%d %H:%M' },
  iso: { recent: '%m-%d %H:%M', old: '%Y-%m-%d ' },
  locale: { recent: '%b %e %H:%M', old: '%b %e  %Y' },
});

const halfYear = (31_556_952 / 2) * 1e9;

export function readTimeFormat(tool: Tool, given: string | null): TimeFormat {
  const wanted = given ?? tool.env.TIME_STYLE ?? 'locale';
  // What begins with posix- counts outside the POSIX locale only, where Machines are not.
  const style = wanted.replace(/^(posix-)+/, '');
  if (style !== wanted && style.startsWith('+') && !tool.utf8) return readTimeFormat(tool, 'locale');
  if (style.startsWith('+')) {
    // Of two lines the first is for what is not recent.
    const [first = '', second = first, extra] = style.slice(1).split('\n');
    if (extra !== undefined) throw new WordError(`invalid time style format ${tool.quote(style.slice(1))}`, 2);
    return { recent: second, old: first };
  }
  const names = Object.keys(styles).filter((name) => name.startsWith(style));
  const format = styles[style] ?? (names.length === 1 ? styles[names[0] ?? ''] : undefined);
  if (format !== undefined) return format;
  const problem = names.length > 1 ? 'ambiguous' : 'invalid';
  throw new WordError(
    `${problem} argument ${tool.word(style)} for ${tool.word('time style')}\nValid arguments are:\n` +
      `${['[posix-]full-iso', '[posix-]long-iso', '[posix-]iso', '[posix-]locale'].map((name) => `  - ${name}`).join('\n')}\n` +
      "  - +FORMAT (e.g., +%H:%M) for a 'date'-style format",
    2,
  );
}

export function formatTime(format: TimeFormat, time: Nanoseconds, now: Nanoseconds): string {
  const isRecent = time > now - halfYear && time <= now;
  return strftime(isRecent ? format.recent : format.old, calendarOf(time));
}
