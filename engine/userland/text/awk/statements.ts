/** Turns statements into closures. A statement answers how the flow goes on. */
import type { Blocking } from '../../../kernel/sim';
import type { Expression, Redirection, Statement, UserFunction } from './ast';
import { type Code, evaluate, mapAll } from './code';
import { ExpressionCompiler, keyText } from './compile';
import { formatValues } from './format';
import type { Machine } from './machine';
import { isTrue, type Value } from './values';

export type Flow = 'on' | 'break' | 'continue' | 'return';
export type Run = { now: () => Flow; later: null } | { now: null; later: () => Blocking<Flow> };

/** Leaves the rules (`next`, `nextfile`, `exit`), from wherever it is. */
export class Leave {
  constructor(readonly kind: 'next' | 'nextfile' | 'exit') {}
}

export class StatementCompiler {
  readonly #expressions: ExpressionCompiler;

  constructor(
    private readonly machine: Machine,
    inside: UserFunction | null,
  ) {
    this.#expressions = new ExpressionCompiler(machine, inside);
  }

  expression(expression: Expression): Code {
    return this.#expressions.compile(expression);
  }

  compile(statement: Statement): Run {
    switch (statement.kind) {
      case 'block':
        return sequence(statement.body.map((inner) => this.compile(inner)));
      case 'expression':
        return fromCode(this.expression(statement.expression), () => 'on');
      case 'print':
      case 'printf':
        return this.#print(statement.kind, statement.args, statement.redirection);
      case 'if': {
        const yes = this.compile(statement.yes);
        const no = statement.no === null ? nothing : this.compile(statement.no);
        return branch(this.expression(statement.test), yes, no);
      }
      case 'while':
        return this.#loop(statement.test, statement.body, null, false);
      case 'do':
        return this.#loop(statement.test, statement.body, null, true);
      case 'for': {
        const start = statement.start === null ? nothing : this.compile(statement.start);
        return sequence([start, this.#loop(statement.test, statement.body, statement.step, false)]);
      }
      case 'forIn':
        return this.#forIn(statement);
      case 'break':
      case 'continue': {
        const { kind } = statement;
        return { now: () => kind, later: null };
      }
      case 'next':
      case 'nextfile': {
        const { kind } = statement;
        return {
          now: () => {
            throw new Leave(kind);
          },
          later: null,
        };
      }
      case 'exit':
        return this.#exit(statement.value);
      case 'return': {
        const { machine } = this;
        if (statement.value === null)
          return {
            now: () => {
              machine.returned = undefined;
              return 'return';
            },
            later: null,
          };
        return fromCode(this.expression(statement.value), (value) => {
          machine.returned = value;
          return 'return';
        });
      }
      case 'delete':
        return this.#delete(statement.array, statement.index);
    }
  }

  #exit(value: Expression | null): Run {
    const { machine } = this;
    const leave = (): Flow => {
      throw new Leave('exit');
    };
    if (value === null) return { now: leave, later: null };
    return fromCode(this.expression(value), (given) => {
      machine.setStatus(given);
      return leave();
    });
  }

  #delete(name: string, index: Expression[] | null): Run {
    const array = this.#expressions.array(name);
    if (index === null)
      return {
        now: () => {
          array().clear();
          return 'on';
        },
        later: null,
      };
    return fromCode(this.#expressions.key(index), (key) => {
      array().delete(keyText(this.machine.runtime, key));
      return 'on';
    });
  }

  #print(kind: 'print' | 'printf', args: readonly Expression[], redirection: Redirection | null): Run {
    const { machine } = this;
    const { runtime, streams } = machine;
    const codes = args.map((arg) => this.expression(arg));
    const text =
      kind === 'printf'
        ? mapAll(codes, ([format, ...values]) => formatValues(runtime, runtime.text(format), values, 'printf'))
        : codes.length === 0
          ? mapAll([], () => runtime.outputText(runtime.getField(0)) + runtime.textOf('ORS'))
          : mapAll(
              codes,
              (values) =>
                values.map((value) => runtime.outputText(value)).join(runtime.textOf('OFS')) + runtime.textOf('ORS'),
            );
    if (redirection === null) {
      return fromCode(text, (value) => {
        streams.print(runtime.text(value));
        return 'on';
      });
    }
    const to = this.expression(redirection.to);
    return {
      now: null,
      later: function* () {
        const value = runtime.text(yield* evaluate(text));
        yield* streams.write(redirection.kind, runtime.text(yield* evaluate(to)), value);
        return 'on';
      },
    };
  }

  #loop(test: Expression | null, body: Statement, step: Statement | null, bodyFirst: boolean): Run {
    const { machine } = this;
    const condition = test === null ? null : this.expression(test);
    const run = this.compile(body);
    const after = step === null ? nothing : this.compile(step);
    return {
      now: null,
      later: function* () {
        let skipsTest = bodyFirst;
        for (;;) {
          if (!skipsTest && condition !== null && !isTrue(condition.now ? condition.now() : yield* condition.later()))
            return 'on';
          skipsTest = false;
          const flow = run.now ? run.now() : yield* run.later();
          if (flow === 'break') return 'on';
          if (flow === 'return') return flow;
          if (after.now) after.now();
          else yield* after.later();
          yield* machine.pause();
        }
      },
    };
  }

  #forIn({ variable, array: name, body }: Extract<Statement, { kind: 'forIn' }>): Run {
    const { machine } = this;
    const place = this.#expressions.place(variable);
    const array = this.#expressions.array(name);
    const run = this.compile(body);
    return {
      now: null,
      later: function* () {
        for (const key of array().keys()) {
          place.write(yield* evaluate(place.key), key);
          const flow = run.now ? run.now() : yield* run.later();
          if (flow === 'break') return 'on';
          if (flow === 'return') return flow;
          yield* machine.pause();
        }
        return 'on';
      },
    };
  }
}

const nothing: Run = { now: () => 'on', later: null };

function fromCode(code: Code, work: (value: Value) => Flow): Run {
  const { now } = code;
  if (now) return { now: () => work(now()), later: null };
  return {
    now: null,
    later: function* () {
      return work(yield* evaluate(code));
    },
  };
}

function branch(test: Code, yes: Run, no: Run): Run {
  const { now } = test;
  const [yesNow, noNow] = [yes.now, no.now];
  if (now && yesNow && noNow) return { now: () => (isTrue(now()) ? yesNow() : noNow()), later: null };
  return {
    now: null,
    later: function* () {
      const chosen = isTrue(yield* evaluate(test)) ? yes : no;
      return chosen.now ? chosen.now() : yield* chosen.later();
    },
  };
}

function sequence(runs: readonly Run[]): Run {
  const [only] = runs;
  if (only !== undefined && runs.length === 1) return only;
  const steps = runs.flatMap(({ now }) => now ?? []);
  if (steps.length === runs.length) {
    return {
      now: () => {
        for (const step of steps) {
          const flow = step();
          if (flow !== 'on') return flow;
        }
        return 'on';
      },
      later: null,
    };
  }
  return {
    now: null,
    later: function* () {
      for (const run of runs) {
        const flow = run.now ? run.now() : yield* run.later();
        if (flow !== 'on') return flow;
      }
      return 'on';
    },
  };
}
