/** All variables of a shell, by scope: global ones, those of the functions being executed, those of one command. */
import { inHashOrder } from './hash-order';
import type { Shell } from './shell';
import { IndexedArray, Variable } from './variable';

export interface Scope {
  kind: 'global' | 'function' | 'command';
  variables: Map<string, Variable>;
}

/** Values made when they are asked for: `RANDOM`, `LINENO`. */
export interface Dynamic {
  /** Undefined while there is none. */
  read(shell: Shell): string | readonly string[] | Map<string, string> | undefined;
  /** What an assignment does instead of giving the variable a value; left out where it does nothing else. */
  assign?(shell: Shell, text: string): void;
}

/** What may go wrong with an assignment; the message follows the name. */
export class VariableError extends Error {
  constructor(
    message: string,
    /** Set when it is readonly: shells say that differently. */
    readonly readonlyName: string | null = null,
  ) {
    super(message);
  }
}

const maxNamerefs = 8;

export class Variables {
  scopes: Scope[] = [{ kind: 'global', variables: new Map() }];
  #shell: Shell | null = null;
  #dynamics: ReadonlyMap<string, Dynamic> = new Map();
  /** Dynamic ones that were unset: ordinary from then on. */
  #ordinary = new Set<string>();
  /** Told after a variable was assigned or unset. */
  onChange: (name: string) => void = () => undefined;
  watched: ReadonlySet<string> = new Set();

  /** Whose values the dynamic variables tell. */
  bind(shell: Shell, dynamics: ReadonlyMap<string, Dynamic>): void {
    this.#shell = shell;
    this.#dynamics = dynamics;
  }

  get global(): Map<string, Variable> {
    return this.scopes[0]?.variables ?? new Map();
  }

  /** What all of them take of the shell's memory. */
  get bytes(): number {
    let sum = 0;
    for (const { variables } of this.scopes) for (const variable of variables.values()) sum += variable.bytes;
    return sum;
  }

  /** The innermost one, whatever it holds; name references are not followed. */
  find(name: string): Variable | undefined {
    for (let at = this.scopes.length - 1; at >= 0; at--) {
      const variable = this.scopes[at]?.variables.get(name);
      if (variable) return this.#refreshed(variable);
    }
    return undefined;
  }

  /** Like `find`, but a value that is made when it is asked for stays as it was last. */
  peek(name: string): Variable | undefined {
    for (let at = this.scopes.length - 1; at >= 0; at--) {
      const variable = this.scopes[at]?.variables.get(name);
      if (variable) return variable;
    }
    return undefined;
  }

  /** The variable a name stands for, through name references. */
  lookup(name: string): Variable | undefined {
    let variable = this.find(name);
    for (let steps = 0; variable?.has('nameref') && steps < maxNamerefs; steps++) {
      const target = variable.text ?? '';
      if (target === '' || target.includes('[')) return undefined;
      variable = this.find(target);
    }
    return variable;
  }

  /** The name at the end of a chain of name references; may be `name[subscript]`. */
  resolveName(name: string): string {
    let current = name;
    for (let steps = 0; steps < maxNamerefs; steps++) {
      const variable = this.find(current);
      if (!variable?.has('nameref')) return current;
      const target = variable.text ?? '';
      if (target === '') return current;
      current = target;
    }
    throw new VariableError('circular name reference');
  }

  get(name: string): string | undefined {
    const variable = this.lookup(name);
    return variable?.text;
  }

  /** The variable an assignment goes to: the innermost one, or a new global one. */
  target(name: string): Variable {
    const existing = this.lookup(name);
    if (existing) return existing;
    const real = this.resolveName(name);
    const variable = new Variable(real);
    this.global.set(real, variable);
    return variable;
  }

  /** Assigns a text with the attributes of the variable already applied. */
  set(name: string, text: string): void {
    const variable = this.target(name);
    this.assign(variable, text);
  }

  assign(variable: Variable, text: string): void {
    this.checkWritable(variable);
    const dynamic = this.#dynamicOf(variable);
    if (dynamic?.assign && this.#shell) {
      dynamic.assign(this.#shell, text);
      return;
    }
    const converted = convertCase(variable, text);
    const { value } = variable;
    if (value instanceof IndexedArray) value.set(0, converted);
    else if (value instanceof Map) value.set('0', converted);
    else variable.value = converted;
    if (this.watched.has(variable.name)) this.onChange(variable.name);
  }

  checkWritable(variable: Variable): void {
    if (variable.has('readonly')) throw new VariableError(`${variable.name}: readonly variable`, variable.name);
  }

  /** Sets and exports. */
  export(name: string, text: string): void {
    this.set(name, text);
    this.find(name)?.attributes.add('export');
  }

  unset(name: string): void {
    for (let at = this.scopes.length - 1; at >= 0; at--) {
      const scope = this.scopes[at];
      const variable = scope?.variables.get(name);
      if (!scope || !variable) continue;
      if (variable.has('readonly')) throw new VariableError(`${name}: cannot unset: readonly variable`);
      const isInCurrentFunction = scope.kind === 'function' && this.functionScope() === scope;
      if (isInCurrentFunction) {
        // It stays local, without a value.
        const empty = new Variable(name);
        empty.value = null;
        scope.variables.set(name, empty);
      } else scope.variables.delete(name);
      if (scope.kind === 'global' && this.#dynamics.has(name)) this.#ordinary.add(name);
      if (this.watched.has(name)) this.onChange(name);
      return;
    }
  }

  /** The scope of the function being executed. */
  functionScope(): Scope | undefined {
    return this.scopes.findLast((scope) => scope.kind === 'function');
  }

  pushScope(kind: 'function' | 'command', variables = new Map<string, Variable>()): Scope {
    const scope: Scope = { kind, variables };
    this.scopes.push(scope);
    return scope;
  }

  popScope(scope: Scope): void {
    const at = this.scopes.lastIndexOf(scope);
    if (at > 0) this.scopes.splice(at);
    for (const name of scope.variables.keys()) if (this.watched.has(name)) this.onChange(name);
  }

  /** Names that can be seen, sorted. */
  names(): string[] {
    const names = new Set<string>();
    for (const { variables } of this.scopes) for (const name of variables.keys()) names.add(name);
    return [...names].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  }

  /** The environment of a command, in the order in which bash gives it. */
  environment(): string[] {
    const seen = new Set<string>();
    const entries: string[] = [];
    for (let at = this.scopes.length - 1; at >= 0; at--) {
      const exported = new Map<string, Variable>();
      for (const [name, variable] of this.scopes[at]?.variables ?? []) {
        if (seen.has(name)) continue;
        seen.add(name);
        if (variable.has('export') && name !== '_' && typeof variable.value === 'string') exported.set(name, variable);
      }
      for (const name of inHashOrder([...exported.keys()])) {
        const variable = exported.get(name);
        if (variable) entries.push(`${name}=${this.#refreshed(variable).text ?? ''}`);
      }
    }
    return entries;
  }

  copy(): Variables {
    const copy = new Variables();
    copy.scopes = this.scopes.map(({ kind, variables }) => {
      const copied = new Map<string, Variable>();
      for (const [name, variable] of variables) copied.set(name, variable.copy());
      return { kind, variables: copied };
    });
    copy.watched = this.watched;
    copy.#ordinary = new Set(this.#ordinary);
    return copy;
  }

  #dynamicOf(variable: Variable): Dynamic | undefined {
    const dynamic = this.#dynamics.get(variable.name);
    const isHidden = this.#ordinary.has(variable.name) || this.global.get(variable.name) !== variable;
    return dynamic === undefined || isHidden ? undefined : dynamic;
  }

  #refreshed(variable: Variable): Variable {
    const dynamic = this.#dynamicOf(variable);
    if (!dynamic || !this.#shell) return variable;
    const value = dynamic.read(this.#shell);
    if (value === undefined) variable.value = null;
    else if (typeof value === 'string') variable.value = value;
    else variable.value = value instanceof Map ? value : IndexedArray.of(value);
    return variable;
  }
}

export function convertCase(variable: Variable, text: string): string {
  if (variable.has('uppercase')) return text.toUpperCase();
  if (variable.has('lowercase')) return text.toLowerCase();
  if (variable.has('capitalize')) return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
  return text;
}
