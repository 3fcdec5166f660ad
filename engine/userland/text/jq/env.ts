/** What a filter can see: variables, functions, and who takes its results. */

import type { Blocking, Sys } from '../../../kernel/sim';
import type { Definition, Filter } from './ast';
import type { Json } from './json';
import { JqError } from './operators';

export type Path = readonly Json[] | null;

export type Emit = (value: Json, path: Path) => Blocking<void>;

/** A function with what surrounds its definition. */
type Closure = { definition: Definition; env: Env } | { filter: Filter; env: Env };

export class Env {
  constructor(
    readonly parent: Env | null,
    private readonly name: string,
    private readonly value: { variable: Json } | { closure: Closure } | null,
  ) {}

  /** Definitions that may all call each other. */
  static of(definitions: readonly Definition[]): Env {
    let env = new Env(null, '', null);
    const closures: Array<{ definition: Definition; env: Env }> = [];
    for (const definition of definitions) {
      const closure = { definition, env };
      closures.push(closure);
      env = env.withClosure(`${definition.name}/${definition.parameters.length}`, closure);
    }
    for (const closure of closures) closure.env = env;
    return env;
  }

  variable(name: string): Json | undefined {
    for (let env: Env | null = this; env !== null; env = env.parent) {
      if (env.value !== null && 'variable' in env.value && env.name === name) return env.value.variable;
    }
    return undefined;
  }

  closure(key: string): Closure | null {
    for (let env: Env | null = this; env !== null; env = env.parent) {
      if (env.value !== null && 'closure' in env.value && env.name === key) return env.value.closure;
    }
    return null;
  }

  withVariable(name: string, variable: Json): Env {
    return new Env(this, name, { variable });
  }

  withClosure(key: string, closure: Closure): Env {
    return new Env(this, key, { closure });
  }

  withDefinition(definition: Definition): Env {
    const key = `${definition.name}/${definition.parameters.length}`;
    const closure: { definition: Definition; env: Env } = { definition, env: this };
    const env = new Env(this, key, { closure });
    closure.env = env;
    return env;
  }
}

/** Leaves the `label` of that name and environment. */
export class Break {
  constructor(readonly label: object) {}
}

/** An error behind a `try`, which must not catch it. */
export class Downstream {
  constructor(
    readonly owner: object,
    readonly error: unknown,
  ) {}
}

export interface Host {
  sys: Sys;
  env: Readonly<Record<string, string>>;
  /** The next input; `undefined` when there is none. */
  nextInput: () => Blocking<Json | undefined>;
  /** What `debug` and `stderr` print. */
  report: (text: string) => Blocking<void>;
  inputName: () => Json;
  inputLine: () => number;
}

export function* guardedEmit(owner: object, emit: Emit, value: Json, path: Path): Blocking<void> {
  try {
    yield* emit(value, path);
  } catch (error) {
    throw error instanceof JqError || error instanceof Downstream ? new Downstream(owner, error) : error;
  }
}
