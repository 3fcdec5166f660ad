/** Compound commands: if, loops, case, groups, `(( ))` (bash(1), "Compound Commands"). */
import type * as Ast from 'unbash';
import type { Blocking } from '../../../kernel/sim';
import { ArithmeticError, evaluate, UnboundName } from '../arithmetic/evaluate';
import { arithmeticNames, calculate, isName } from '../expand/access';
import { expandPattern, expandText, expandWords } from '../expand/expand';
import { matchesPattern } from '../expand/pattern';
import { lowerExpression } from '../parse/lower-word';
import { arithmeticHeader } from '../parse/print';
import type { Word } from '../parse/word';
import { LoopJump, ShellError } from '../state/flow';
import type { Shell } from '../state/shell';
import { VariableError } from '../state/variables';
import { deliver, runTrap } from '../traps/traps';
import { abandonFor } from './errors';
import { checkFailure, tolerating } from './failure';
import { wordListPlan, wordPlan } from './plan';
import { selectFrom } from './select';

export function* runIf(shell: Shell, node: Ast.If): Blocking<number> {
  if (yield* holds(shell, node.clause)) return yield* list(shell, node.then);
  for (const elif of node.elif) if (yield* holds(shell, elif.clause)) return yield* list(shell, elif.then);
  if (node.else) return yield* list(shell, node.else);
  shell.status = 0;
  return 0;
}

function* list(shell: Shell, body: Ast.CompoundList): Blocking<number> {
  return yield* shell.interpreter.runStatements(shell, body.commands);
}

function* holds(shell: Shell, clause: Ast.CompoundList): Blocking<boolean> {
  return (yield* tolerating(shell, () => list(shell, clause))) === 0;
}

export function* runWhile(shell: Shell, node: Ast.While): Blocking<number> {
  const wanted = node.kind === 'while';
  return yield* loop(shell, node.body, () => holds(shell, node.clause), wanted);
}

/** Runs a body as long as `test` answers what is wanted. */
function* loop(
  shell: Shell,
  body: Ast.CompoundList,
  test: () => Blocking<boolean>,
  wanted: boolean,
  after?: () => Blocking<void>,
): Blocking<number> {
  let status = 0;
  shell.loopDepth++;
  try {
    for (;;) {
      yield* shell.sys.checkpoint();
      if (shell.pendingSignals.length > 0 || shell.isInterrupted) yield* deliver(shell);
      try {
        if ((yield* test()) !== wanted) break;
        status = yield* list(shell, body);
      } catch (error) {
        if (!(error instanceof LoopJump)) throw error;
        status = 0;
        if (leaves(error)) {
          if (error.levels > 1) throw outward(error);
          break;
        }
      }
      if (after) yield* after();
    }
  } finally {
    shell.loopDepth--;
  }
  shell.status = status;
  return status;
}

function leaves(jump: LoopJump): boolean {
  return jump.kind === 'break' || jump.levels > 1;
}

function outward(jump: LoopJump): LoopJump {
  jump.levels--;
  return jump;
}

export function* runFor(shell: Shell, node: Ast.For | Ast.Select): Blocking<number> {
  const name = node.name.text;
  if (!isName(name)) {
    shell.complain(`\`${name}': not a valid identifier`);
    yield* shell.flush();
    shell.status = 1;
    yield* checkFailure(shell, 1);
    return 1;
  }
  shell.line = shell.source.lineAt(node.pos);
  const headLine = shell.line;
  const values = yield* loopWords(shell, node.wordlist);
  if (node.type === 'Select') return yield* runSelect(shell, name, values, node.body, headOf(node));
  let at = 0;
  return yield* loop(
    shell,
    node.body,
    function* () {
      const value = values[at];
      if (value === undefined) return false;
      at++;
      if (shell.options.has('xtrace')) shell.hooks.trace(shell, headOf(node));
      if (shell.traps.has('DEBUG')) {
        shell.line = headLine;
        shell.commandNode = { node, source: shell.source };
        yield* runTrap(shell, 'DEBUG');
      }
      yield* assignLoopVariable(shell, name, value);
      return true;
    },
    true,
  );
}

function headOf(node: Ast.For | Ast.Select): string {
  const words = node.wordlist === undefined ? '"$@"' : node.wordlist.map(({ text }) => text).join(' ');
  return `${node.type === 'For' ? 'for' : 'select'} ${node.name.text} in ${words}`;
}

function* loopWords(shell: Shell, words: readonly Ast.Word[] | undefined): Blocking<readonly string[]> {
  if (words === undefined) return [...shell.params];
  try {
    return yield* expandWords(shell, wordListPlan(words, shell.source, shell.flavour === 'bash'));
  } catch (error) {
    return yield* abandonFor(shell, error);
  }
}

function* assignLoopVariable(shell: Shell, name: string, value: string): Blocking<void> {
  try {
    shell.vars.set(name, value);
  } catch (error) {
    if (!(error instanceof VariableError)) throw error;
    yield* abandonFor(shell, error);
  }
}

function* runSelect(
  shell: Shell,
  name: string,
  values: readonly string[],
  body: Ast.CompoundList,
  head: string,
): Blocking<number> {
  if (values.length === 0) return 0;
  if (shell.options.has('xtrace')) shell.hooks.trace(shell, head);
  let shows = true;
  return yield* loop(
    shell,
    body,
    function* () {
      const answer = yield* selectFrom(shell, values, shows);
      if (answer === null) return false;
      shell.vars.set('REPLY', answer.reply);
      shell.vars.set(name, answer.value);
      shows = answer.reply === '';
      return true;
    },
    true,
  );
}

const headers = new WeakMap<Ast.ArithmeticFor, readonly [Word, Word, Word]>();

export function* runArithmeticFor(shell: Shell, node: Ast.ArithmeticFor): Blocking<number> {
  const line = shell.source.lineAt(node.pos);
  let header = headers.get(node);
  if (header === undefined) {
    const [first, second, third] = arithmeticHeader(node, shell.source);
    header = [lowerExpression(first, line), lowerExpression(second, line), lowerExpression(third, line)];
    headers.set(node, header);
  }
  const [initialize, test, update] = header;
  const value = function* (word: Word): Blocking<bigint> {
    shell.line = line;
    try {
      const text = yield* expandText(shell, word);
      if (shell.options.has('xtrace') && word.text.trim() !== '') shell.hooks.trace(shell, `(( ${text.trim()} ))`);
      return calculate(shell, text, '((: ');
    } catch (error) {
      return yield* abandonFor(shell, error);
    }
  };
  yield* value(initialize);
  return yield* loop(
    shell,
    node.body,
    function* () {
      return test.text.trim() === '' || (yield* value(test)) !== 0n;
    },
    true,
    function* () {
      yield* value(update);
    },
  );
}

export function* runCase(shell: Shell, node: Ast.Case): Blocking<number> {
  const { source } = shell;
  shell.line = source.lineAt(node.pos);
  let status = 0;
  try {
    const value = yield* expandText(shell, wordPlan(node.word, source));
    if (shell.options.has('xtrace')) shell.hooks.trace(shell, `case ${node.word.text} in`);
    let falls = false;
    for (const item of node.items) {
      if (!falls && !(yield* matchesAny(shell, item.pattern, value))) continue;
      falls = false;
      status = item.body.commands.length === 0 ? 0 : yield* list(shell, item.body);
      if (item.terminator === ';&') falls = true;
      else if (item.terminator !== ';;&') break;
    }
  } catch (error) {
    return yield* abandonFor(shell, error);
  }
  shell.status = status;
  return status;
}

function* matchesAny(shell: Shell, patterns: readonly Ast.Word[], value: string): Blocking<boolean> {
  const ignoreCase = shell.options.shopts('nocasematch');
  for (const pattern of patterns) {
    const text = yield* expandPattern(shell, wordPlan(pattern, shell.source));
    if (matchesPattern(text, value, { ignoreCase })) return true;
  }
  return false;
}

const expressions = new WeakMap<Ast.ArithmeticCommand, Word>();

/** `(( expression ))`. */
export function* runArithmetic(shell: Shell, node: Ast.ArithmeticCommand): Blocking<number> {
  shell.line = shell.source.lineAt(node.pos);
  shell.commandNode = { node, source: shell.source };
  if (shell.traps.has('DEBUG')) yield* runTrap(shell, 'DEBUG');
  let word = expressions.get(node);
  if (word === undefined) {
    word = lowerExpression(node.body, shell.line);
    expressions.set(node, word);
  }
  let status: number;
  try {
    const text = yield* expandText(shell, word);
    if (shell.options.has('xtrace')) shell.hooks.trace(shell, `(( ${node.body.trim()} ))`);
    status = evaluate(text, arithmeticNames(shell)) === 0n ? 1 : 0;
  } catch (error) {
    if (error instanceof UnboundName) return yield* abandonFor(shell, new ShellError(error.message, 1));
    if (error instanceof ArithmeticError) {
      shell.complain(`((: ${node.body.trimStart()}: ${error.message} (error token is "${error.token}")`);
      yield* shell.flush();
      status = 1;
    } else return yield* abandonFor(shell, error);
  }
  shell.status = status;
  shell.pipeStatus = [status];
  if (status !== 0) yield* checkFailure(shell, status);
  return status;
}
