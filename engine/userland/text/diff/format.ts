/** How differences are written: normal, unified, context. */
import type { Nanoseconds } from '../../../kernel/sim';
import { calendarOf, strftime } from '../../lib/time';
import type { Hunk } from './compare';

export interface Side {
  label: string | null;
  name: string;
  mtime: Nanoseconds;
  lines: string[];
  /** The last line has a newline. */
  isEnded: boolean;
}

export type Style = 'normal' | 'unified' | 'context';

const noNewline = '\\ No newline at end of file\n';
const palette = { hunk: '36', removed: '31', added: '32', header: '1' } as const;

export class DiffWriter {
  constructor(
    private readonly left: Side,
    private readonly right: Side,
    private readonly hunks: readonly Hunk[],
    private readonly context: number,
    private readonly isColored: boolean,
  ) {}

  write(style: Style): string {
    if (style === 'normal') return this.hunks.map((hunk) => this.#normal(hunk)).join('');
    return style === 'unified' ? this.#unified() : this.#contextual();
  }

  #paint(color: keyof typeof palette, text: string): string {
    return this.isColored ? `\x1b[${palette[color]}m${text}\x1b[0m` : text;
  }

  #line(side: Side, at: number, mark: string, color: keyof typeof palette | null): string {
    const text = mark + (side.lines[at] ?? '');
    const missing = at === side.lines.length - 1 && !side.isEnded;
    return `${color === null ? text : this.#paint(color, text)}\n${missing ? noNewline : ''}`;
  }

  #normal({ left, leftCount, right, rightCount }: Hunk): string {
    const kind = leftCount === 0 ? 'a' : rightCount === 0 ? 'd' : 'c';
    let out = `${this.#paint('hunk', `${range(left, leftCount)}${kind}${range(right, rightCount)}`)}\n`;
    for (let at = left; at < left + leftCount; at++) out += this.#line(this.left, at, '< ', 'removed');
    if (kind === 'c') out += '---\n';
    for (let at = right; at < right + rightCount; at++) out += this.#line(this.right, at, '> ', 'added');
    return out;
  }

  /** Hunks whose context touches are written as one. */
  #groups(): Hunk[][] {
    const groups: Hunk[][] = [];
    for (const hunk of this.hunks) {
      const group = groups.at(-1);
      const last = group?.at(-1);
      if (group && last && hunk.left - (last.left + last.leftCount) <= this.context * 2) group.push(hunk);
      else groups.push([hunk]);
    }
    return groups;
  }

  #extent(group: readonly Hunk[]) {
    const [first] = group;
    const last = group.at(-1);
    const before = Math.min(this.context, first?.left ?? 0);
    const from = (first?.left ?? 0) - before;
    const rightFrom = (first?.right ?? 0) - before;
    const end = Math.min(this.left.lines.length, (last?.left ?? 0) + (last?.leftCount ?? 0) + this.context);
    const rightEnd = Math.min(this.right.lines.length, (last?.right ?? 0) + (last?.rightCount ?? 0) + this.context);
    return { from, end, rightFrom, rightEnd };
  }

  #header(side: Side, mark: string): string {
    return `${this.#paint('header', `${mark} ${side.label ?? `${quoted(side.name)}\t${timestamp(side.mtime)}`}`)}\n`;
  }

  #unified(): string {
    let out = this.#header(this.left, '---') + this.#header(this.right, '+++');
    for (const group of this.#groups()) {
      const { from, end, rightFrom, rightEnd } = this.#extent(group);
      out += `${this.#paint('hunk', `@@ -${unifiedRange(from, end)} +${unifiedRange(rightFrom, rightEnd)} @@`)}\n`;
      let at = from;
      for (const hunk of group) {
        for (; at < hunk.left; at++) out += this.#line(this.left, at, ' ', null);
        for (; at < hunk.left + hunk.leftCount; at++) out += this.#line(this.left, at, '-', 'removed');
        for (let to = hunk.right; to < hunk.right + hunk.rightCount; to++)
          out += this.#line(this.right, to, '+', 'added');
      }
      for (; at < end; at++) out += this.#line(this.left, at, ' ', null);
    }
    return out;
  }

  #contextual(): string {
    let out = this.#header(this.left, '***') + this.#header(this.right, '---');
    for (const group of this.#groups()) {
      const { from, end, rightFrom, rightEnd } = this.#extent(group);
      out += `***************\n${this.#paint('hunk', `*** ${contextRange(from, end)} ****`)}\n`;
      if (group.some(({ leftCount }) => leftCount > 0)) {
        out += this.#contextSide(
          this.left,
          from,
          end,
          group.map((hunk) => [hunk.left, hunk.leftCount, hunk.rightCount]),
          '-',
        );
      }
      out += `${this.#paint('hunk', `--- ${contextRange(rightFrom, rightEnd)} ----`)}\n`;
      if (group.some(({ rightCount }) => rightCount > 0)) {
        out += this.#contextSide(
          this.right,
          rightFrom,
          rightEnd,
          group.map((hunk) => [hunk.right, hunk.rightCount, hunk.leftCount]),
          '+',
        );
      }
    }
    return out;
  }

  #contextSide(
    side: Side,
    from: number,
    end: number,
    changes: ReadonlyArray<[start: number, own: number, other: number]>,
    mark: string,
  ): string {
    let out = '';
    for (let at = from; at < end; at++) {
      const change = changes.find(([start, own]) => at >= start && at < start + own);
      const color = change === undefined ? null : mark === '-' ? 'removed' : 'added';
      out += this.#line(side, at, change === undefined ? '  ' : change[2] > 0 ? '! ' : `${mark} `, color);
    }
    return out;
  }
}

function range(start: number, count: number): string {
  if (count === 0) return String(start);
  return count === 1 ? String(start + 1) : `${start + 1},${start + count}`;
}

function unifiedRange(from: number, end: number): string {
  const count = end - from;
  if (count === 1) return String(from + 1);
  return count === 0 ? `${from},0` : `${from + 1},${count}`;
}

function contextRange(from: number, end: number): string {
  return end - from <= 1 ? String(end) : `${from + 1},${end}`;
}

function timestamp(time: Nanoseconds): string {
  return strftime('%Y-%m-%d %H:%M:%S.%N %z', calendarOf(time));
}

function quoted(name: string): string {
  return /[\s"\\]/.test(name)
    ? `"${name.replaceAll(/["\\]/g, '\\$&').replaceAll('\t', '\\t').replaceAll('\n', '\\n')}"`
    : name;
}
