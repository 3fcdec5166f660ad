/** Executes texts: parses them, then runs group of lines by group, as a shell does that reads them one by one. */
import type { Blocking } from '../../../kernel/sim';
import { expandAliases } from '../parse/aliases';
import { objectTo } from '../parse/dash';
import { type Group, isUnfinished, type ParsedText, parseText, soundGroups } from '../parse/parse';
import { describeProblem } from '../parse/problem';
import { Abandon } from '../state/flow';
import type { RunOptions, Shell, Tail } from '../state/shell';

/** The status of the last command; 2 after a syntax error. An `Abandon` goes through: see `runLines`. */
export function* runText(shell: Shell, text: string, options: RunOptions = {}): Blocking<number> {
  const parsed = parseFor(shell, text, options.line ?? 1);
  return yield* runParsed(shell, parsed, options, false);
}

/** A script or `-c` string: after an error that ends a command line it goes on with the next one. */
export function* runLines(shell: Shell, text: string, options: RunOptions = {}): Blocking<number> {
  const parsed = parseFor(shell, text, options.line ?? 1);
  return yield* runParsed(shell, parsed, options, true);
}

/** What bash knows and dash does not is a syntax error there. */
export function parseFor(shell: Shell, text: string, line: number): ParsedText {
  const parsed = parseText(text, line);
  return shell.flavour === 'dash' && parsed.problem === null ? objectTo(parsed) : parsed;
}

export function* runParsed(shell: Shell, parsed: ParsedText, options: RunOptions, goesOn: boolean): Blocking<number> {
  const before = shell.source;
  const groups = soundGroups(parsed);
  if (groups.length === 0 && parsed.problem === null) shell.status = 0;
  try {
    shell.source = parsed.source;
    for (const [i, group] of groups.entries()) {
      shell.source = parsed.source;
      const isLast = i === groups.length - 1 && parsed.problem === null;
      const end = groups[i + 1]?.start ?? parsed.source.text.length;
      if (expandsAliases(shell)) {
        const { source } = parsed;
        return yield* runWithAliases(
          shell,
          source.text.slice(group.start),
          source.lineAt(group.start),
          options,
          goesOn,
        );
      }
      if (shell.options.has('verbose')) echoLines(shell, parsed, group, end);
      try {
        yield* runGroup(shell, parsed, group, isLast ? (options.tail ?? 'no') : 'no');
      } catch (error) {
        if (!(error instanceof Abandon) || !goesOn || shell.isInteractive || shell.subshellDepth > 0) throw error;
        shell.status = error.status;
      }
    }
    if (parsed.problem !== null) {
      const { source } = parsed;
      const done = groups.at(-1);
      // With an alias it may be something else.
      if (expandsAliases(shell) && !shell.isInteractive) {
        const from = done === undefined ? 0 : source.text.indexOf('\n', done.end) + 1;
        if (from > 0 || done === undefined) {
          return yield* runWithAliases(shell, source.text.slice(from), source.lineAt(from), options, goesOn);
        }
      }
      return yield* refuse(shell, parsed, options);
    }
  } finally {
    shell.source = before;
  }
  return shell.status;
}

/** A text with its aliases already expanded. */
export function* runExpanded(shell: Shell, parsed: ParsedText): Blocking<number> {
  const before = shell.source;
  try {
    shell.source = parsed.source;
    for (const group of soundGroups(parsed)) yield* runGroup(shell, parsed, group, 'no');
  } finally {
    shell.source = before;
  }
  return shell.status;
}

function* runGroup(shell: Shell, parsed: ParsedText, group: Group, tail: Tail): Blocking<void> {
  yield* warnOfDocuments(shell, parsed, group);
  yield* shell.interpreter.runStatements(shell, group.statements, tail);
}

export function expandsAliases(shell: Shell): boolean {
  return shell.aliases.size > 0 && (shell.options.shopts('expand_aliases') || shell.flavour === 'dash');
}

/**
 * With aliases what a line means is known only when it is its turn: takes as many lines as make a whole command, with
 * the aliases of that moment in them. Goes back to the usual way when there are none left.
 */
function* runWithAliases(
  shell: Shell,
  text: string,
  firstLine: number,
  options: RunOptions,
  goesOn: boolean,
): Blocking<number> {
  let line = firstLine;
  for (let rest = text; rest !== ''; ) {
    if (!expandsAliases(shell)) return yield* runParsed(shell, parseText(rest, line), options, goesOn);
    const unit = takeUnit(shell, rest, line);
    rest = rest.slice(unit.taken.length);
    line += unit.taken.split('\n').length - 1;
    const groups = soundGroups(unit.parsed);
    shell.source = unit.parsed.source;
    try {
      for (const group of groups)
        yield* runGroup(shell, unit.parsed, group, rest === '' ? (options.tail ?? 'no') : 'no');
    } catch (error) {
      if (!(error instanceof Abandon) || !goesOn || shell.isInteractive || shell.subshellDepth > 0) throw error;
      shell.status = error.status;
    }
    if (unit.parsed.problem !== null) return yield* refuse(shell, unit.parsed, options);
  }
  return shell.status;
}

function takeUnit(shell: Shell, text: string, line: number): { taken: string; parsed: ParsedText } {
  let end = 0;
  for (;;) {
    const newline = text.indexOf('\n', end);
    end = newline < 0 ? text.length : newline + 1;
    const taken = text.slice(0, end);
    const parsed = parseText(expandAliases(taken, shell.aliases), line);
    if (end >= text.length || !isUnfinished(parsed)) return { taken, parsed };
  }
}

function* warnOfDocuments(shell: Shell, parsed: ParsedText, group: Group): Blocking<void> {
  for (const document of parsed.openHereDocuments) {
    if (document.pos < group.start || document.pos > group.end || shell.flavour === 'dash') continue;
    const line = parsed.source.lineAt(document.pos);
    const wanted = document.delimiter?.value ?? '';
    const at = shell.isInteractive ? '' : `line ${parsed.source.endLine - 1}: `;
    shell.printError(
      `${shell.errorName()}: ${at}warning: here-document at line ${line} delimited by end-of-file (wanted \`${wanted}')\n`,
    );
  }
  yield* shell.flush();
}

function echoLines(shell: Shell, parsed: ParsedText, group: Group, end: number): void {
  const text = parsed.source.text.slice(group.start, end);
  shell.printError(text.endsWith('\n') ? text : `${text}\n`);
}

/** Says what is wrong with the text. */
export function* refuse(shell: Shell, parsed: ParsedText, options: RunOptions): Blocking<number> {
  const { problem, source } = parsed;
  if (problem === null) return 0;
  if (shell.flavour === 'dash') {
    shell.printError(`${shell.name}: ${dashLine(parsed)}: ${dashProblem(parsed)}\n`);
  } else {
    const context = options.errorName ?? (shell.isCommandString && shell.sourceDepth === 0 ? '-c: ' : '');
    const prefix = `${shell.errorName()}: ${context}`;
    const lines = describeProblem(
      problem,
      source,
      prefix,
      !shell.isInteractive || options.errorName !== undefined || shell.sourceDepth > 0,
    );
    for (const line of lines) shell.printError(`${line}\n`);
  }
  yield* shell.flush();
  shell.status = 2;
  return 2;
}

function dashLine({ problem, source }: ParsedText): number {
  if (problem?.kind === 'unexpected') return source.lineAt(problem.pos);
  return source.firstLine + source.text.split('\n').length - 1;
}

function dashProblem({ problem }: ParsedText): string {
  if (problem?.kind === 'unfinished') {
    if (problem.awaited === '"' || problem.awaited === "'") return 'Syntax error: Unterminated quoted string';
    return `Syntax error: end of file unexpected${expecting(problem.expected)}`;
  }
  if (problem?.kind !== 'unexpected') return 'Syntax error: bad syntax';
  const name = problem.token === 'newline' ? 'newline' : `"${problem.token}"`;
  return `Syntax error: ${name} unexpected${expecting(problem.expected)}`;
}

function expecting(expected: string | null): string {
  return expected === null ? '' : ` (expecting "${expected}")`;
}
