/** The syntax tree of the Python we know. */

export interface Argument {
  kind: 'plain' | 'spread' | 'named' | 'mapping';
  name: string;
  value: Expr;
}

export interface Generator {
  target: Expr;
  source: Expr;
  conditions: Expr[];
}

export type FPart = { text: string } | { value: Expr; conversion: string; spec: FPart[]; debug: string };

export type Expr = { line: number } & (
  | { kind: 'none' | 'true' | 'false' | 'ellipsis' }
  | { kind: 'int'; value: bigint }
  | { kind: 'float'; value: number }
  | { kind: 'str'; value: string }
  | { kind: 'bytes'; value: string }
  | { kind: 'fstring'; parts: FPart[] }
  | { kind: 'name'; name: string }
  | { kind: 'attribute'; object: Expr; name: string }
  | { kind: 'subscript'; object: Expr; index: Expr }
  | { kind: 'slice'; start: Expr | null; stop: Expr | null; step: Expr | null }
  | { kind: 'call'; callee: Expr; args: Argument[] }
  | { kind: 'unary'; operator: string; operand: Expr }
  | { kind: 'binary'; operator: string; left: Expr; right: Expr }
  | { kind: 'compare'; first: Expr; rest: Array<{ operator: string; right: Expr }> }
  | { kind: 'and' | 'or'; left: Expr; right: Expr }
  | { kind: 'conditional'; test: Expr; yes: Expr; no: Expr }
  | { kind: 'lambda'; parameters: Parameter[]; body: Expr }
  | { kind: 'tuple' | 'list' | 'set'; items: Expr[] }
  | { kind: 'starred'; value: Expr }
  | { kind: 'dict'; entries: Array<{ key: Expr | null; value: Expr }> }
  | { kind: 'comprehension'; result: 'list' | 'set' | 'generator'; item: Expr; generators: Generator[] }
  | { kind: 'dictComprehension'; key: Expr; value: Expr; generators: Generator[] }
  | { kind: 'walrus'; name: string; value: Expr }
);

export interface Parameter {
  name: string;
  kind: 'plain' | 'rest' | 'mapping';
  initial: Expr | null;
}

export interface Handler {
  type: Expr | null;
  name: string | null;
  body: Stmt[];
}

export type Stmt = { line: number } & (
  | { kind: 'expression'; value: Expr }
  | { kind: 'assign'; targets: Expr[]; value: Expr }
  | { kind: 'augmented'; target: Expr; operator: string; value: Expr }
  | { kind: 'delete'; targets: Expr[] }
  | { kind: 'pass' | 'break' | 'continue' }
  | { kind: 'return'; value: Expr | null }
  | { kind: 'raise'; value: Expr | null }
  | { kind: 'assert'; test: Expr; message: Expr | null }
  | { kind: 'global'; names: string[] }
  | { kind: 'import'; name: string; as: string | null }
  | { kind: 'importFrom'; module: string; names: Array<{ name: string; as: string | null }> }
  | { kind: 'if'; test: Expr; yes: Stmt[]; no: Stmt[] }
  | { kind: 'while'; test: Expr; body: Stmt[]; otherwise: Stmt[] }
  | { kind: 'for'; target: Expr; source: Expr; body: Stmt[]; otherwise: Stmt[] }
  | { kind: 'def'; name: string; parameters: Parameter[]; body: Stmt[] }
  | { kind: 'try'; body: Stmt[]; handlers: Handler[]; otherwise: Stmt[]; last: Stmt[] }
  | { kind: 'with'; value: Expr; target: Expr | null; body: Stmt[] }
);
