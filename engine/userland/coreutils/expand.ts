/** expand and unexpand: tabs to spaces and back (expand(1), unexpand(1)). */
import type { Blocking } from '../../kernel/sim';
import { eachInput } from './common/input';
import { Lines } from './common/lines';
import { nextStop, parseTabs, rewriteTabs, type TabStops } from './common/tabs';
import { makeTool, type Tool } from './common/tool';

export const expand = makeTool({
  name: 'expand',
  options: [
    { short: 'i', long: 'initial' },
    { short: 't', long: 'tabs', value: 'required' },
  ],
  rewrite: rewriteTabs,
  help: `[OPTION]... [FILE]...
Turn tabs into spaces.

  -i, --initial      only before the first other character of a line
  -t, --tabs=N, --tabs=LIST   tabs N columns apart instead of 8, or at these columns`,
  *run(tool) {
    const tabs = parseTabs(tool, tool.options.values('tabs'));
    yield* eachInput(tool, ({ fd }) => convert(tool, fd, (line) => expanded(line, tabs, tool.has('initial'))));
  },
});

export const unexpand = makeTool({
  name: 'unexpand',
  options: [{ short: 'a', long: 'all' }, { long: 'first-only' }, { short: 't', long: 'tabs', value: 'required' }],
  rewrite: rewriteTabs,
  help: `[OPTION]... [FILE]...
Turn blanks at the beginning of lines into tabs.

  -a, --all          all blanks, not only those at the beginning
      --first-only   only those at the beginning, also with -t
  -t, --tabs=N, --tabs=LIST   tabs N columns apart instead of 8, or at these columns; implies -a`,
  *run(tool) {
    const tabs = parseTabs(tool, tool.options.values('tabs'));
    const all = (tool.has('all') || tool.has('tabs')) && !tool.has('first-only');
    yield* eachInput(tool, ({ fd }) => convert(tool, fd, (line) => unexpanded(line, tabs, all)));
  },
});

function* convert(tool: Tool, fd: number, change: (line: string) => string): Blocking<void> {
  const lines = new Lines(tool.sys, fd);
  for (let line = yield* lines.next(); line !== null; line = yield* lines.next()) {
    yield* tool.writeBinary(change(line.text) + (line.isEnded ? '\n' : ''));
    if (!lines.hasOne) yield* tool.flush();
  }
}

function expanded(line: string, tabs: TabStops, initialOnly: boolean): string {
  let [text, column, isInitial] = ['', 0, true];
  for (const char of line) {
    if (char === '\t' && (isInitial || !initialOnly)) {
      const stop = nextStop(tabs, column) ?? column + 1;
      text += ' '.repeat(stop - column);
      column = stop;
      continue;
    }
    if (char !== ' ' && char !== '\t') isInitial = false;
    column = char === '\b' ? Math.max(0, column - 1) : column + 1;
    text += char;
  }
  return text;
}

/** Blanks that reach a tab stop become a tab; one space alone before a stop only when more blanks follow. */
function unexpanded(line: string, tabs: TabStops, all: boolean): string {
  let [text, column, at] = ['', 0, 0];
  while (at < line.length) {
    const run = /^[ \t]+/.exec(line.slice(at))?.[0] ?? '';
    if (run === '' || (!all && column > 0 && /[^ \t]/.test(line.slice(0, at)))) {
      const char = line[at++] ?? '';
      text += char;
      column =
        char === '\b' ? Math.max(0, column - 1) : char === '\t' ? (nextStop(tabs, column) ?? column + 1) : column + 1;
      continue;
    }
    const [blanks, end] = tabbed(run, column, tabs);
    text += blanks;
    column = end;
    at += run.length;
  }
  return text;
}

function tabbed(run: string, start: number, tabs: TabStops): [text: string, column: number] {
  let [text, column, pending] = ['', start, ''];
  for (const char of run) {
    const stop = nextStop(tabs, column);
    if (stop === null) {
      text += pending + char;
      pending = '';
      column++;
      continue;
    }
    column = char === '\t' ? stop : column + 1;
    pending += char;
    if (column < stop) continue;
    // A single space that happens to end at a stop stays one, unless a blank follows.
    text += pending === ' ' ? '\0' : '\t';
    pending = '';
  }
  const settled = text.replace(/\0(?=.)/gs, '\t').replace(/\0$/, pending === '' ? ' ' : '\t');
  return [settled + pending, column];
}
