/** Reads the expression of find: operators, options, tests and actions. */
import type { Blocking } from '../../../kernel/sim';
import { makeAction } from './actions';
import { makeTest } from './tests';
import { atOnce, type FindContext, type FindOptions, FindUsageError, type Predicate } from './types';

export interface ParsedFind {
  paths: string[];
  options: FindOptions;
  predicate: Predicate;
  /** To be run at the end: what `-exec ... +` has gathered. */
  finishers: Array<(context: FindContext) => Blocking<void>>;
}

export interface Making {
  options: FindOptions;
  context: FindContext;
  finishers: ParsedFind['finishers'];
  /** The next argument of the predicate `name`. */
  argument: () => string;
  /** All arguments up to `;` or `+`. */
  command: (allowsPlus: boolean) => { argv: string[]; isBatch: boolean };
}

const nothing = atOnce(() => true);

export function startsExpression(arg: string): boolean {
  return /^-./.test(arg) || arg === '(' || arg === ')' || arg === '!' || arg === ',';
}

export class FindParser {
  #at = 0;
  #hasAction = false;
  #previous = '';

  constructor(
    private readonly args: readonly string[],
    private readonly context: FindContext,
    private readonly result: ParsedFind,
  ) {}

  *parse(): Blocking<Predicate> {
    const predicate = this.args.length === 0 ? nothing : yield* this.#list();
    if (this.#at < this.args.length) throw new FindUsageError("you have too many ')'");
    if (this.#hasAction) return predicate;
    const print = yield* this.#make('-print', []);
    return both(predicate, print);
  }

  get #next(): string | undefined {
    return this.args[this.#at];
  }

  *#list(): Blocking<Predicate> {
    let left = yield* this.#or();
    while (this.#next === ',') {
      this.#at++;
      const [first, second] = [left, yield* this.#or()];
      left = function* (file, context) {
        yield* first(file, context);
        return yield* second(file, context);
      };
    }
    return left;
  }

  *#or(): Blocking<Predicate> {
    let left = yield* this.#and();
    while (this.#next === '-o' || this.#next === '-or') {
      this.#operator();
      const [first, second] = [left, yield* this.#and()];
      left = function* (file, context) {
        return (yield* first(file, context)) || (yield* second(file, context));
      };
    }
    return left;
  }

  *#and(): Blocking<Predicate> {
    let left = yield* this.#not();
    for (;;) {
      const next = this.#next;
      if (next === undefined || next === ')' || next === ',' || next === '-o' || next === '-or') return left;
      if (next === '-a' || next === '-and') this.#operator();
      left = both(left, yield* this.#not());
    }
  }

  /** A binary operator wants something behind it. */
  #operator(): void {
    this.#previous = this.#next ?? '';
    this.#at++;
    if (this.#next === undefined) throw new FindUsageError(`expected an expression after '${this.#previous}'`);
  }

  *#not(): Blocking<Predicate> {
    const next = this.#next;
    if (next !== '!' && next !== '-not') return yield* this.#primary();
    this.#at++;
    if (this.#next === undefined) throw new FindUsageError(`expected an expression after '${next}'`);
    const inner = yield* this.#not();
    return function* (file, context) {
      return !(yield* inner(file, context));
    };
  }

  *#primary(): Blocking<Predicate> {
    const name = this.#next ?? '';
    if (['-o', '-or', '-a', '-and', ','].includes(name)) {
      throw new FindUsageError(`invalid expression; you have used a binary operator '${name}' with nothing before it.`);
    }
    this.#at++;
    if (name === '(') {
      if (this.#next === ')') throw new FindUsageError('invalid expression; empty parentheses are not allowed.');
      if (this.#next === undefined)
        throw new FindUsageError("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      const inner = yield* this.#list();
      if (this.#next !== ')') {
        throw new FindUsageError("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      }
      this.#at++;
      return inner;
    }
    if (name === ')')
      throw new FindUsageError("invalid expression; you have used a binary operator ')' with nothing before it.");
    if (!name.startsWith('-')) {
      throw new FindUsageError(`paths must precede expression: \`${name}'`);
    }
    return yield* this.#make(name, this.args);
  }

  *#make(name: string, args: readonly string[]): Blocking<Predicate> {
    const { context, result } = this;
    const argument = () => {
      const value = args[this.#at];
      if (value === undefined) throw new FindUsageError(`missing argument to \`${name}'`);
      this.#at++;
      return value;
    };
    const making: Making = {
      options: result.options,
      context,
      finishers: result.finishers,
      argument,
      command: (allowsPlus) => this.#command(name, allowsPlus),
    };
    if (applyOption(name, making)) return nothing;
    const test = yield* makeTest(name, making);
    if (test) return test;
    const action = yield* makeAction(name, making);
    if (!action) throw new FindUsageError(`unknown predicate \`${name}'`);
    if (name !== '-prune' && name !== '-quit') this.#hasAction = true;
    return action;
  }

  #command(name: string, allowsPlus: boolean): { argv: string[]; isBatch: boolean } {
    const argv: string[] = [];
    for (; this.#at < this.args.length; this.#at++) {
      const arg = this.args[this.#at] ?? '';
      const isBatch = allowsPlus && arg === '+' && argv.at(-1) === '{}';
      if (arg !== ';' && !isBatch) {
        argv.push(arg);
        continue;
      }
      this.#at++;
      if (argv.length === 0) throw new FindUsageError(`invalid argument \`;' to \`${name}'`);
      if (isBatch && argv.filter((part) => part.includes('{}')).length > 1) {
        throw new FindUsageError(`Only one instance of {} is supported with ${name} ... +`);
      }
      return { argv, isBatch };
    }
    throw new FindUsageError(`missing argument to \`${name}'`);
  }
}

function both(first: Predicate, second: Predicate): Predicate {
  return function* (file, context) {
    return (yield* first(file, context)) && !context.isOver && (yield* second(file, context));
  };
}

/** Options are true wherever they stand, and hold for the whole command. */
function applyOption(name: string, { options, argument }: Making): boolean {
  switch (name) {
    case '-maxdepth':
    case '-mindepth': {
      const value = argument();
      if (!/^\d+$/.test(value)) {
        throw new FindUsageError(`Expected a positive decimal integer argument to ${name}, but got ‘${value}’`);
      }
      if (name === '-maxdepth') options.maxDepth = Number(value);
      else options.minDepth = Number(value);
      return true;
    }
    case '-depth':
    case '-d':
      options.depthFirst = true;
      return true;
    case '-xdev':
    case '-mount':
      options.oneFilesystem = true;
      return true;
    case '-follow':
      options.follow = 'always';
      return true;
    case '-daystart':
      options.dayStart = true;
      return true;
    case '-warn':
    case '-nowarn':
      options.warn = name === '-warn';
      return true;
    case '-noleaf':
    case '-ignore_readdir_race':
    case '-noignore_readdir_race':
      return true;
    case '-regextype':
      options.regexType = regexType(argument());
      return true;
    default:
      return false;
  }
}

const regexTypes = [
  'findutils-default',
  'ed',
  'emacs',
  'gnu-awk',
  'grep',
  'posix-awk',
  'awk',
  'posix-basic',
  'posix-egrep',
  'egrep',
  'posix-extended',
  'posix-minimal-basic',
  'sed',
];

function regexType(name: string): string {
  if (regexTypes.includes(name)) return name;
  const valid = regexTypes.map((type) => `‘${type}’`).join(', ');
  throw new FindUsageError(`Unknown regular expression type ‘${name}’; valid types are ${valid}.`);
}
