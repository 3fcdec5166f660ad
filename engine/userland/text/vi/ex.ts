/** Commands behind the colon. */

import type { Blocking } from '../../../kernel/sim';
import { readAll } from '../../lib/io';
import { RegexBudgetError, RegexError } from '../../regex';
import { decodeLossless, encodeLossless } from '../common/lossless';
import { startShell, statusOf, waitFor } from '../common/spawn';
import { enterAlternateScreen, leaveAlternateScreen } from '../common/terminal';
import { expand, parseReplacement } from '../sed/replacement';
import { commands, ExError, splitFields } from './ex-commands';
import { firstNonBlank } from './motions';
import { compilePattern, findPattern } from './search';
import type { EditorState } from './state';

export interface Range {
  from: number;
  to: number;
  count: number;
}

export function* runEx(state: EditorState, line: string): Blocking<void> {
  try {
    yield* new ExCommand(state, line).run();
  } catch (error) {
    if (error instanceof ExError) state.fail(error.message);
    else if (error instanceof RegexError) state.fail(`E383: Invalid search string: ${error.message}`);
    else if (error instanceof RegexBudgetError) state.fail('E363: Pattern uses more memory than maxmempattern');
    else throw error;
  }
}

export class ExCommand {
  #rest: string;

  constructor(
    private readonly state: EditorState,
    line: string,
  ) {
    this.#rest = line.replace(/^[:\s]+/, '');
  }

  *run(): Blocking<void> {
    const { state } = this;
    const range = this.#range();
    const [, name = '', bang = '', args = ''] = /^([a-zA-Z]+|[!&=<>@#]|)(!?)\s*(.*)$/s.exec(this.#rest) ?? [];
    if (name === '' && bang === '') {
      if (range.count > 0) this.#goTo(range.to);
      return;
    }
    if (name === '!' || (name === '' && bang === '!')) return yield* this.#shell(this.#rest.slice(1), range);
    if (/^s[^a-z]/i.test(this.#rest) || /^s(ubstitute)?$/.test(name)) {
      if (!/^(set|syntax|sh|shell|so|source|st|stop|sp|split)\b/.test(this.#rest))
        return this.#substitute(range, this.#rest.replace(/^s(ubstitute)?/, ''));
    }
    if (/^(g|global|v|vglobal)$/.test(name))
      return yield* this.#global(range, name.startsWith('v') || bang === '!', args);
    const command = commands.find(([pattern]) => pattern.test(name));
    if (!command) throw new ExError(`E492: Not an editor command: ${this.#rest}`);
    yield* command[1](this, { bang: bang === '!', args, range, state });
  }

  #range(): Range {
    const { state } = this;
    if (this.#rest.startsWith('%')) {
      this.#rest = this.#rest.slice(1).trimStart();
      return { from: 0, to: state.buffer.count - 1, count: 2 };
    }
    const first = this.#address();
    if (first === null) return { from: state.cursor.line, to: state.cursor.line, count: 0 };
    if (!/^[,;]/.test(this.#rest)) return { from: first, to: first, count: 1 };
    this.#rest = this.#rest.slice(1);
    const second = this.#address() ?? state.cursor.line;
    return { from: Math.min(first, second), to: Math.max(first, second), count: 2 };
  }

  #address(): number | null {
    const { state } = this;
    const match = /^\s*(?:(\d+)|(\.)|(\$)|'([a-z<>])|([/?])((?:\\.|(?!\5).)*)\5?)?((?:[-+]\d*)*)\s*/s.exec(this.#rest);
    if (!match || match[0].trim() === '') return null;
    const [whole, digits, dot, dollar, mark, delimiter, pattern = '', offsets = ''] = match;
    this.#rest = this.#rest.slice(whole.length);
    let line = state.cursor.line;
    if (digits !== undefined) line = Number(digits) - 1;
    else if (dollar !== undefined) line = state.buffer.count - 1;
    else if (mark !== undefined) {
      const place = state.marks.get(mark);
      if (!place) throw new ExError('E20: Mark not set');
      line = place.line;
    } else if (delimiter !== undefined) {
      const found = findPattern(
        state.buffer,
        compilePattern(pattern, state.options.ignoreCase),
        { line, column: delimiter === '/' ? state.buffer.line(line).length : 0 },
        delimiter === '/',
      );
      if (!found) throw new ExError(`E486: Pattern not found: ${pattern}`);
      line = found.at.line;
    } else if (dot === undefined && offsets === '') return null;
    for (const [, sign, amount] of offsets.matchAll(/([-+])(\d*)/g))
      line += (sign === '-' ? -1 : 1) * Number(amount || 1);
    if (line < -1 || line >= state.buffer.count) {
      if (digits !== undefined) return Math.max(0, Math.min(line, state.buffer.count - 1));
      throw new ExError('E16: Invalid range');
    }
    return Math.max(0, line);
  }

  #goTo(line: number): void {
    const { state } = this;
    state.cursor = { line, column: firstNonBlank(state.buffer.line(line)) };
  }

  #substitute({ from, to }: Range, text: string): void {
    const { state } = this;
    const delimiter = text[0] ?? '/';
    const [source = '', replacement = '', flags = ''] = splitFields(text.slice(1), delimiter);
    const regex =
      source === '' && state.pattern !== null
        ? state.pattern
        : compilePattern(source, state.options.ignoreCase || flags.includes('i'));
    state.pattern = regex;
    const parts = parseReplacement(replacement.replaceAll('\\r', '\n').replaceAll('~', '~'));
    state.buffer.checkpoint(state.cursor);
    let changes = 0;
    let changedLines = 0;
    let last = -1;
    for (let line = from, end = to; line <= end; line++) {
      const before = state.buffer.line(line);
      let out = '';
      let at = 0;
      let count = 0;
      while (at <= before.length) {
        const match = regex.exec(before, at);
        if (match === null) break;
        out += before.slice(at, match.index) + expand(parts, match);
        count++;
        at = match.end;
        if (match.end === match.index) out += before.slice(at, ++at);
        if (!flags.includes('g')) break;
      }
      if (count === 0) continue;
      out += before.slice(at);
      changes += count;
      changedLines++;
      const lines = out.split('\n');
      if (!flags.includes('n')) {
        state.buffer.splice(line, 1, ...lines);
        line += lines.length - 1;
        end += lines.length - 1;
        last = line;
      }
    }
    if (changes === 0) {
      if (!flags.includes('e')) throw new ExError(`E486: Pattern not found: ${source}`);
      return;
    }
    if (last >= 0) this.#goTo(last);
    const what = flags.includes('n') ? 'match' : 'substitution';
    if (changes > 2 || flags.includes('n'))
      state.say(
        `${changes} ${what}${changes === 1 ? '' : what === 'match' ? 'es' : 's'} on ${changedLines} line${changedLines === 1 ? '' : 's'}`,
      );
  }

  *#global({ from, to, count }: Range, isInverted: boolean, args: string): Blocking<void> {
    const { state } = this;
    const [source = '', ...rest] = splitFields(args.slice(1), args[0] ?? '/');
    const command = rest.join(args[0] ?? '/') || 'p';
    const regex = compilePattern(source, state.options.ignoreCase);
    const [start, end] = count === 0 ? [0, state.buffer.count - 1] : [from, to];
    const wanted = state.buffer.lines
      .slice(start, end + 1)
      .map((line, at) => ({ line, at: at + start }))
      .filter(({ line }) => regex.test(line) !== isInverted);
    if (wanted.length === 0) throw new ExError(`E486: Pattern not found: ${source}`);
    state.buffer.checkpoint(state.cursor);
    if (/^d(elete)?$/.test(command.trim())) {
      for (const { at } of wanted.reverse()) state.buffer.splice(at, 1);
      state.clamp();
      if (wanted.length > 2) state.say(`${wanted.length} fewer lines`);
      return;
    }
    if (!command.trim().startsWith('s'))
      throw new ExError(`E492: Not an editor command: ${command} (in this simulator :g knows d and s)`);
    for (const { at } of wanted) {
      state.cursor = { line: at, column: 0 };
      yield* runEx(state, command);
    }
  }

  *#shell(command: string, range: Range): Blocking<void> {
    const { state } = this;
    const { sys, terminal } = state;
    if (range.count > 0) return yield* this.#filter(command, range);
    terminal.restore();
    terminal.draw(leaveAlternateScreen);
    yield* terminal.flush();
    const pid = startShell(sys, command, state.env, () => undefined);
    const status = statusOf(yield* waitFor(sys, pid));
    terminal.draw(
      `${status === 0 ? '' : `\r\nshell returned ${status}\r\n`}\r\nPress ENTER or type command to continue`,
    );
    terminal.raw(false);
    yield* terminal.key();
    terminal.draw(enterAlternateScreen);
    state.say('');
  }

  *#filter(command: string, { from, to }: Range): Blocking<void> {
    const { state } = this;
    const { sys } = state;
    const input = sys.pipe();
    const output = sys.pipe();
    const pid = startShell(sys, command, state.env, (child) => {
      child.dup2(input.readEnd, 0);
      child.dup2(output.writeEnd, 1);
      for (const fd of [input.readEnd, input.writeEnd, output.readEnd, output.writeEnd]) child.close(fd);
    });
    const lines = state.buffer.lines.slice(from, to + 1);
    const writer = sys.fork(function* (child) {
      child.close(output.readEnd);
      child.close(output.writeEnd);
      child.close(input.readEnd);
      yield* child.write(input.writeEnd, encodeLossless(lines.map((line) => `${line}\n`).join('')));
      return 0;
    });
    for (const fd of [input.readEnd, input.writeEnd, output.writeEnd]) sys.close(fd);
    const text = decodeLossless(yield* readAll(sys, output.readEnd));
    sys.close(output.readEnd);
    yield* waitFor(sys, pid);
    yield* waitFor(sys, writer);
    state.buffer.checkpoint(state.cursor);
    state.buffer.splice(from, to - from + 1, ...(text.endsWith('\n') ? text.slice(0, -1) : text).split('\n'));
    this.#goTo(from);
  }
}
