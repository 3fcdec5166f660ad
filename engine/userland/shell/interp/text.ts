/** Executes texts: parses them, then runs group of lines by group, as a shell does that reads them one by one. */
import type { Blocking } from '../../../kernel/sim';
import { expandAliases } from '../parse/aliases';
import { type Group, type ParsedText, parseText, soundGroups } from '../parse/parse';
import { describeProblem } from '../parse/problem';
import { Abandon } from '../state/flow';
import type { RunOptions, Shell, Tail } from '../state/shell';

/** The status of the last command; 2 after a syntax error. An `Abandon` goes through: see `runLines`. */
export function* runText(shell: Shell, text: string, options: RunOptions = {}): Blocking<number> {
  const parsed = parseText(text, options.line ?? 1);
  return yield* runParsed(shell, parsed, options, false);
}

/** A script or `-c` string: after an error that ends a command line it goes on with the next one. */
export function* runLines(shell: Shell, text: string, options: RunOptions = {}): Blocking<number> {
  const parsed = parseText(text, options.line ?? 1);
  return yield* runParsed(shell, parsed, options, true);
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
      if (shell.options.has('verbose')) echoLines(shell, parsed, group, end);
      try {
        yield* runGroup(shell, parsed, group, end, isLast ? (options.tail ?? 'no') : 'no');
      } catch (error) {
        if (!(error instanceof Abandon) || !goesOn || shell.isInteractive || shell.subshellDepth > 0) throw error;
        shell.status = error.status;
      }
    }
    if (parsed.problem !== null) return yield* refuse(shell, parsed, options);
  } finally {
    shell.source = before;
  }
  return shell.status;
}

function* runGroup(shell: Shell, parsed: ParsedText, group: Group, end: number, tail: Tail): Blocking<void> {
  yield* warnOfDocuments(shell, parsed, group);
  const text = parsed.source.text.slice(group.start, end);
  if (shell.aliases.size > 0 && (shell.options.shopts('expand_aliases') || shell.flavour === 'dash')) {
    const expanded = expandAliases(text, shell.aliases);
    if (expanded !== text) {
      const again = parseText(expanded, parsed.source.lineAt(group.start));
      if (again.problem !== null) {
        yield* refuse(shell, again, {});
        return;
      }
      shell.source = again.source;
      yield* shell.interpreter.runStatements(shell, again.script.commands, tail);
      return;
    }
  }
  yield* shell.interpreter.runStatements(shell, group.statements, tail);
}

function* warnOfDocuments(shell: Shell, parsed: ParsedText, group: Group): Blocking<void> {
  for (const document of parsed.openHereDocuments) {
    if (document.pos < group.start || document.pos > group.end || shell.flavour === 'dash') continue;
    const line = parsed.source.lineAt(document.pos);
    const wanted = document.delimiter?.value ?? '';
    const at = shell.isInteractive ? '' : `line ${parsed.source.endLine}: `;
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
    shell.printError(`${shell.name}: ${source.endLine}: ${dashProblem(parsed)}\n`);
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

function dashProblem({ problem }: ParsedText): string {
  if (problem?.kind === 'unfinished') {
    if (problem.awaited === '"' || problem.awaited === "'") return 'Syntax error: Unterminated quoted string';
    return 'Syntax error: end of file unexpected';
  }
  if (problem?.kind !== 'unexpected') return 'Syntax error: bad syntax';
  const name = problem.token === 'newline' ? 'newline' : `"${problem.token}"`;
  return `Syntax error: ${name} unexpected`;
}
