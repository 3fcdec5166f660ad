/** Which names are arrays: found by how they are used, through calls as well. */
import type { AwkProgram, Expression, Statement, UserFunction } from './ast';

export interface Scopes {
  /** Of each function, which parameters are arrays. */
  parameters: Map<string, boolean[]>;
  globals: Set<string>;
}

/** Calls `visit` for each name that is used as an array, and `call` for each call of a user's function. */
interface Visitor {
  array: (name: string) => void;
  call: (name: string, args: readonly Expression[]) => void;
}

export function findArrays(program: AwkProgram): Scopes {
  const parameters = new Map<string, boolean[]>();
  const globals = new Set<string>(['ENVIRON', 'ARGV']);
  for (const [name, { parameters: names }] of program.functions)
    parameters.set(
      name,
      names.map(() => false),
    );
  for (let changed = true; changed; ) {
    changed = false;
    const mark = (name: string, inside: UserFunction | null) => {
      const index = inside?.parameters.indexOf(name) ?? -1;
      const flags = inside ? parameters.get(inside.name) : undefined;
      if (index >= 0 && flags) {
        changed ||= flags[index] !== true;
        flags[index] = true;
      } else {
        changed ||= !globals.has(name);
        globals.add(name);
      }
    };
    const visitorOf = (inside: UserFunction | null): Visitor => ({
      array: (name) => mark(name, inside),
      call: (name, args) => {
        for (const [at, arg] of args.entries()) {
          if (arg.kind === 'variable' && parameters.get(name)?.[at]) mark(arg.name, inside);
        }
      },
    });
    for (const statement of [...program.begin, ...program.end]) walkStatement(statement, visitorOf(null));
    for (const { pattern, action } of program.rules) {
      if (pattern.kind === 'test') walk(pattern.test, visitorOf(null));
      if (pattern.kind === 'range') walkAll([pattern.first, pattern.last], visitorOf(null));
      if (action) walkStatement(action, visitorOf(null));
    }
    for (const declared of program.functions.values()) walkStatement(declared.body, visitorOf(declared));
  }
  return { parameters, globals };
}

function walkAll(list: ReadonlyArray<Expression | null>, visitor: Visitor): void {
  for (const expression of list) if (expression) walk(expression, visitor);
}

function walk(expression: Expression, visitor: Visitor): void {
  switch (expression.kind) {
    case 'element':
    case 'in':
      visitor.array(expression.array);
      return walkAll(expression.index, visitor);
    case 'field':
      return walk(expression.index, visitor);
    case 'grouping':
      return walkAll(expression.parts, visitor);
    case 'not':
    case 'negate':
    case 'plus':
      return walk(expression.operand, visitor);
    case 'binary':
    case 'and':
    case 'or':
      return walkAll([expression.left, expression.right], visitor);
    case 'conditional':
      return walkAll([expression.test, expression.yes, expression.no], visitor);
    case 'match':
      return walkAll([expression.text, expression.regex], visitor);
    case 'assign':
      return walkAll([expression.target, expression.value], visitor);
    case 'increment':
      return walk(expression.target, visitor);
    case 'call':
      visitor.call(expression.name, expression.args);
      return walkAll(expression.args, visitor);
    case 'builtin': {
      const [, second] = expression.args;
      if (expression.name === 'split' && second?.kind === 'variable') visitor.array(second.name);
      return walkAll(expression.args, visitor);
    }
    case 'getline':
      return walkAll([expression.from, expression.target], visitor);
    default:
      return;
  }
}

function walkStatement(statement: Statement | null, visitor: Visitor): void {
  switch (statement?.kind) {
    case 'block':
      for (const inner of statement.body) walkStatement(inner, visitor);
      return;
    case 'expression':
      return walk(statement.expression, visitor);
    case 'print':
    case 'printf':
      return walkAll([...statement.args, statement.redirection?.to ?? null], visitor);
    case 'if':
      walk(statement.test, visitor);
      walkStatement(statement.yes, visitor);
      return walkStatement(statement.no, visitor);
    case 'while':
    case 'do':
      walk(statement.test, visitor);
      return walkStatement(statement.body, visitor);
    case 'for':
      walkStatement(statement.start, visitor);
      walkAll([statement.test], visitor);
      walkStatement(statement.step, visitor);
      return walkStatement(statement.body, visitor);
    case 'forIn':
      visitor.array(statement.array);
      walk(statement.variable, visitor);
      return walkStatement(statement.body, visitor);
    case 'exit':
    case 'return':
      return walkAll([statement.value], visitor);
    case 'delete':
      visitor.array(statement.array);
      return walkAll(statement.index ?? [], visitor);
    default:
      return;
  }
}
