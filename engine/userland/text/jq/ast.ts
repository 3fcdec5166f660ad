/** The syntax tree of jq. */

export type Filter =
  | { kind: 'identity' | 'recurse' }
  | { kind: 'literal'; value: null | boolean | number | string }
  | { kind: 'string'; format: string | null; parts: Array<string | Filter> }
  | { kind: 'format'; name: string }
  | { kind: 'index'; target: Filter; key: Filter }
  | { kind: 'slice'; target: Filter; from: Filter | null; to: Filter | null }
  | { kind: 'iterate'; target: Filter }
  | { kind: 'try'; body: Filter; handler: Filter | null }
  | { kind: 'pipe' | 'comma' | 'and' | 'or' | 'alternative'; left: Filter; right: Filter }
  | { kind: 'binary'; operator: string; left: Filter; right: Filter }
  | { kind: 'update'; operator: string; left: Filter; right: Filter }
  | { kind: 'negate'; operand: Filter }
  | { kind: 'array'; body: Filter | null }
  | { kind: 'object'; entries: Array<{ key: Filter; value: Filter }> }
  | { kind: 'if'; test: Filter; yes: Filter; no: Filter }
  | { kind: 'reduce'; source: Filter; pattern: Pattern; init: Filter; update: Filter }
  | { kind: 'foreach'; source: Filter; pattern: Pattern; init: Filter; update: Filter; extract: Filter | null }
  | { kind: 'as'; source: Filter; patterns: Pattern[]; body: Filter }
  | { kind: 'def'; definition: Definition; body: Filter }
  /** `at`: where it stands in the program, for messages. */
  | { kind: 'call'; name: string; args: Filter[]; at: number }
  | { kind: 'variable'; name: string; at: number }
  | { kind: 'label'; name: string; body: Filter }
  | { kind: 'break'; name: string }
  | { kind: 'location'; line: number };

export type Pattern =
  | { kind: 'variable'; name: string }
  | { kind: 'array'; items: Pattern[] }
  | { kind: 'object'; entries: Array<{ key: Filter; variable: string | null; value: Pattern | null }> };

export interface Definition {
  name: string;
  /** `$x` is a value, `f` a filter. */
  parameters: string[];
  body: Filter;
}

/** The program is wrong; `at` is where. */
export class JqCompileError extends Error {
  constructor(
    message: string,
    readonly at = 0,
  ) {
    super(message);
  }
}
