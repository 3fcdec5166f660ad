/** `[[ expression ]]` (bash(1), "CONDITIONAL EXPRESSIONS"). */
import type * as Ast from 'unbash';
import type { Blocking } from '../../../kernel/sim';
import { compile, RegexError } from '../../regex';
import { calculate } from '../expand/access';
import { expandPattern, expandRegex, expandText } from '../expand/expand';
import { matchesPattern } from '../expand/pattern';
import { traceQuote } from '../expand/quote';
import { ShellError } from '../state/flow';
import type { Shell } from '../state/shell';
import { IndexedArray } from '../state/variable';
import { runTrap } from '../traps/traps';
import { abandonFor } from './errors';
import { checkFailure } from './failure';
import { compareFiles, unaryTest } from './file-test';
import { wordPlan } from './plan';

export function* runConditional(shell: Shell, node: Ast.TestCommand): Blocking<number> {
  shell.line = shell.source.lineAt(node.pos);
  shell.commandNode = { node, source: shell.source };
  if (shell.traps.has('DEBUG')) yield* runTrap(shell, 'DEBUG');
  let status: number;
  try {
    const answer = yield* test(shell, node.expression);
    status = answer === null ? 2 : answer ? 0 : 1;
  } catch (error) {
    return yield* abandonFor(shell, error);
  }
  if (shell.hasOutput) yield* shell.flush();
  shell.status = status;
  shell.pipeStatus = [status];
  if (status !== 0) yield* checkFailure(shell, status);
  return status;
}

/** Null for an expression that cannot be evaluated. */
function* test(shell: Shell, expression: Ast.TestExpression): Blocking<boolean | null> {
  switch (expression.type) {
    case 'TestGroup':
      return yield* test(shell, expression.expression);
    case 'TestNot': {
      const answer = yield* test(shell, expression.operand);
      return answer === null || expression.negations.length % 2 === 0 ? answer : !answer;
    }
    case 'TestLogical': {
      const stopsAt = expression.operator === '||';
      let answer: boolean | null = !stopsAt;
      for (const operand of expression.operands) {
        answer = yield* test(shell, operand);
        if (answer === stopsAt || answer === null) break;
      }
      return answer;
    }
    case 'TestUnary':
      return yield* unary(shell, expression);
    case 'TestBinary':
      return yield* binary(shell, expression);
  }
}

function* unary(shell: Shell, { operator, operand }: Ast.TestUnaryExpression): Blocking<boolean> {
  const text = yield* expandText(shell, wordPlan(operand, shell.source));
  trace(shell, `${operator} ${traceQuote(text)}`);
  return unaryTest(shell, operator, text);
}

function* binary(shell: Shell, expression: Ast.TestBinaryExpression): Blocking<boolean | null> {
  const { operator } = expression;
  const left = yield* expandText(shell, wordPlan(expression.left, shell.source));
  const rightWord = wordPlan(expression.right, shell.source);
  const ignoreCase = shell.options.shopts('nocasematch');
  switch (operator) {
    case '==':
    case '=':
    case '!=': {
      const pattern = yield* expandPattern(shell, rightWord);
      trace(shell, `${traceQuote(left)} ${operator} ${pattern === '' ? "''" : pattern}`);
      return matchesPattern(pattern, left, { ignoreCase }) === (operator !== '!=');
    }
    case '=~': {
      const pattern = yield* expandRegex(shell, rightWord);
      trace(shell, `${traceQuote(left)} =~ ${pattern}`);
      return matchRegex(shell, left, pattern, ignoreCase);
    }
    case '<':
    case '>': {
      const right = yield* expandText(shell, rightWord);
      trace(shell, `${traceQuote(left)} ${operator} ${traceQuote(right)}`);
      return operator === '<' ? left < right : left > right;
    }
  }
  const right = yield* expandText(shell, rightWord);
  trace(shell, `${traceQuote(left)} ${operator} ${traceQuote(right)}`);
  const files = compareFiles(shell, operator, left, right);
  if (files !== null) return files;
  try {
    return compareNumbers(operator, calculate(shell, left, '[[: '), calculate(shell, right, '[[: '));
  } catch (error) {
    // Bad arithmetic is told and counts as false; only what ends the shell goes further.
    if (!(error instanceof ShellError) || error.fatal !== null) throw error;
    shell.complain(error.message);
    return false;
  }
}

function trace(shell: Shell, text: string): void {
  if (shell.options.has('xtrace')) shell.hooks.trace(shell, `[[ ${text} ]]`);
}

export function compareNumbers(operator: string, left: bigint, right: bigint): boolean {
  switch (operator) {
    case '-eq':
      return left === right;
    case '-ne':
      return left !== right;
    case '-lt':
      return left < right;
    case '-le':
      return left <= right;
    case '-gt':
      return left > right;
    default:
      return left >= right;
  }
}

function matchRegex(shell: Shell, text: string, pattern: string, ignoreCase: boolean): boolean | null {
  try {
    const match = compile(pattern, { extended: true, ignoreCase }).exec(text);
    const variable = shell.vars.target('BASH_REMATCH');
    variable.value = IndexedArray.of(match === null ? [] : match.groups.map((group) => group ?? ''));
    return match !== null;
  } catch (error) {
    if (error instanceof RegexError) return null;
    throw error;
  }
}
