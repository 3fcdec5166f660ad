/** The syntax tree of awk. */

export type Variable = { kind: 'variable'; name: string };
export type Lvalue =
  | Variable
  | { kind: 'element'; array: string; index: Expression[] }
  | { kind: 'field'; index: Expression };

export type Expression =
  | Lvalue
  | { kind: 'number'; value: number }
  | { kind: 'string'; value: string }
  /** Alone it is matched against the record. */
  | { kind: 'regex'; source: string }
  | { kind: 'grouping'; parts: Expression[] }
  | { kind: 'not' | 'negate' | 'plus'; operand: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression }
  | { kind: 'and' | 'or'; left: Expression; right: Expression }
  | { kind: 'conditional'; test: Expression; yes: Expression; no: Expression }
  | { kind: 'match'; negated: boolean; text: Expression; regex: Expression }
  | { kind: 'in'; index: Expression[]; array: string }
  | { kind: 'assign'; operator: string; target: Lvalue; value: Expression }
  | { kind: 'increment'; target: Lvalue; by: 1 | -1; prefix: boolean }
  | { kind: 'call'; name: string; args: Expression[]; line: number }
  | { kind: 'builtin'; name: string; args: Expression[]; line: number }
  | { kind: 'getline'; source: 'main' | 'file' | 'command'; from: Expression | null; target: Lvalue | null };

export type Redirection = { kind: '>' | '>>' | '|'; to: Expression };

export type Statement =
  | { kind: 'block'; body: Statement[] }
  | { kind: 'expression'; expression: Expression }
  | { kind: 'print'; args: Expression[]; redirection: Redirection | null }
  | { kind: 'printf'; args: Expression[]; redirection: Redirection | null }
  | { kind: 'if'; test: Expression; yes: Statement; no: Statement | null }
  | { kind: 'while'; test: Expression; body: Statement }
  | { kind: 'do'; body: Statement; test: Expression }
  | { kind: 'for'; start: Statement | null; test: Expression | null; step: Statement | null; body: Statement }
  | { kind: 'forIn'; variable: Lvalue; array: string; body: Statement }
  | { kind: 'next' | 'nextfile' | 'break' | 'continue' }
  | { kind: 'exit' | 'return'; value: Expression | null }
  | { kind: 'delete'; array: string; index: Expression[] | null };

export interface Rule {
  pattern:
    | { kind: 'always' }
    | { kind: 'test'; test: Expression }
    | { kind: 'range'; first: Expression; last: Expression };
  /** Null prints the record. */
  action: Statement | null;
}

export interface UserFunction {
  name: string;
  parameters: string[];
  body: Statement;
}

export interface AwkProgram {
  begin: Statement[];
  rules: Rule[];
  end: Statement[];
  functions: Map<string, UserFunction>;
}
