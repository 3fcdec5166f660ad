/** declare, typeset, local, export, readonly, unset: variables and functions with their attributes (bash(1)). */

import type { Blocking } from '../../../kernel/sim';
import { bare } from '../../../kernel/sim';
import { assignTo, isName } from '../expand/access';
import { assignArray } from '../interp/assign';
import { arrayElementsOf } from '../interp/plan';
import { alwaysSet } from '../state/dynamic';
import { ExitShell, ShellError } from '../state/flow';
import type { Shell } from '../state/shell';
import { type Attribute, IndexedArray, Variable } from '../state/variable';
import { VariableError } from '../state/variables';
import { type Builtin, type BuiltinCall, complain, invalidOption } from './support';
import { declaration, settingLine } from './variable-text';

const letters: Record<string, Attribute> = bare({
  i: 'integer',
  l: 'lowercase',
  n: 'nameref',
  r: 'readonly',
  t: 'trace',
  u: 'uppercase',
  x: 'export',
  c: 'capitalize',
});

interface Request {
  add: Set<string>;
  remove: Set<string>;
  operands: Array<{ text: string; position: number }>;
}

/** Options with `-` and `+`. Null after a message. */
function readRequest(shell: Shell, call: BuiltinCall, known: string): Request | null {
  const request: Request = { add: new Set(), remove: new Set(), operands: [] };
  let at = 0;
  for (; at < call.args.length; at++) {
    const word = call.args[at] ?? '';
    if (word === '--') {
      at++;
      break;
    }
    if (!/^[-+]./.test(word)) break;
    for (const letter of word.slice(1)) {
      if (!known.includes(letter)) {
        invalidOption(shell, call, `${word.charAt(0)}${letter}`);
        return null;
      }
      (word.startsWith('-') ? request.add : request.remove).add(letter);
    }
  }
  request.operands = call.args.slice(at).map((text, i) => ({ text, position: at + i + 1 }));
  return request;
}

export const declare: Builtin = function* (shell, call) {
  const request = readRequest(shell, call, 'aAcfFgiIlnprtux');
  if (request === null) return 2;
  return yield* perform(shell, call, request, shell.functionDepth > 0 && !request.add.has('g'));
};

export const local: Builtin = function* (shell, call) {
  if (shell.functionDepth === 0) {
    if (shell.flavour === 'dash') {
      shell.complain('local: not in a function');
      throw new ExitShell(2);
    }
    complain(shell, call, 'can only be used in a function');
    return 1;
  }
  const request = readRequest(shell, call, 'aAcfFgiIlnprtux');
  if (request === null) return 2;
  if (request.operands.length === 0 && request.add.size === 0) {
    listLocals(shell);
    return 0;
  }
  return yield* perform(shell, call, request, true);
};

export const exportNames: Builtin = function* (shell, call) {
  const request = readRequest(shell, call, 'fnpaA');
  if (request === null) return 2;
  if (request.add.has('n')) {
    request.add.delete('n');
    request.remove.add('x');
  } else request.add.add('x');
  if (request.operands.length === 0) return listWith(shell, call, 'export');
  request.add.delete('p');
  return yield* perform(shell, call, request, false);
};

export const readonly: Builtin = function* (shell, call) {
  const request = readRequest(shell, call, 'aAfp');
  if (request === null) return 2;
  request.add.add('r');
  if (request.operands.length === 0) return listWith(shell, call, 'readonly');
  request.add.delete('p');
  return yield* perform(shell, call, request, false);
};

function listLocals(shell: Shell): void {
  const scope = shell.vars.functionScope();
  for (const name of [...(scope?.variables.keys() ?? [])].sort()) {
    const variable = scope?.variables.get(name);
    if (variable) shell.print(declaration(variable, true));
  }
}

function listWith(shell: Shell, call: BuiltinCall, attribute: 'export' | 'readonly'): number {
  for (const name of shell.vars.names()) {
    const variable = shell.vars.find(name);
    if (!variable?.has(attribute)) continue;
    if (shell.flavour === 'dash')
      shell.print(
        `${call.name} ${name}${variable.text === undefined ? '' : `='${variable.text.replaceAll("'", `'"'"'`)}'`}\n`,
      );
    else shell.print(declaration(variable, true));
  }
  return 0;
}

function* perform(shell: Shell, call: BuiltinCall, request: Request, isLocal: boolean): Blocking<number> {
  const { add, operands } = request;
  if (add.has('f') || add.has('F')) return functions(shell, call, request);
  if (add.has('p')) return show(shell, call, request);
  if (operands.length === 0) return list(shell, request);
  let status = 0;
  for (const operand of operands) {
    try {
      if (!(yield* declareOne(shell, call, request, operand, isLocal))) status = 1;
    } catch (error) {
      if (!(error instanceof VariableError) && !(error instanceof ShellError)) throw error;
      if (error instanceof ShellError && error.fatal !== null) throw error;
      if (call.name === 'export' || call.name === 'readonly') shell.complain(error.message);
      else complain(shell, call, error.message);
      status = 1;
    }
  }
  return status;
}

function* declareOne(
  shell: Shell,
  call: BuiltinCall,
  { add, remove }: Request,
  operand: { text: string; position: number },
  isLocal: boolean,
): Blocking<boolean> {
  const match = /^([^=+[]*)(\[.*?\])?(?:(\+?=)(.*))?$/s.exec(operand.text);
  const name = match?.[1] ?? operand.text;
  if (name === '-' && call.name === 'local') {
    shell.vars.functionScope()?.variables.set('-', new Variable('-'));
    return true;
  }
  if (!match || !isName(name)) {
    const shown =
      shell.flavour === 'dash' ? `${name}: bad variable name` : `\`${operand.text}': not a valid identifier`;
    complain(shell, call, shown);
    return false;
  }
  const subscript = match[2]?.slice(1, -1) ?? null;
  const hasValue = match[3] !== undefined;
  const append = match[3] === '+=';
  const variable = variableFor(shell, name, add, isLocal);
  if (add.has('n') && hasValue && (match[4] ?? '') === name)
    throw new VariableError(`${name}: nameref variable self references not allowed`);
  if (!makeArray(shell, call, variable, add, subscript, hasValue)) return false;
  if (remove.has('r') && variable.has('readonly')) throw new VariableError(`${name}: readonly variable`);
  for (const letter of [...add].filter((key) => key !== 'r')) {
    const attribute = letters[letter];
    if (attribute === undefined) continue;
    if (attribute === 'uppercase') variable.attributes.delete('lowercase');
    if (attribute === 'lowercase') variable.attributes.delete('uppercase');
    variable.attributes.add(attribute);
  }
  for (const letter of remove) {
    const attribute = letters[letter];
    if (attribute !== undefined) variable.attributes.delete(attribute);
  }
  if (hasValue) yield* giveValue(shell, call, variable, operand, subscript, match[4] ?? '', append);
  if (add.has('r')) variable.attributes.add('readonly');
  return true;
}

function variableFor(shell: Shell, name: string, add: ReadonlySet<string>, isLocal: boolean): Variable {
  const isReference = add.has('n');
  if (!isLocal) {
    if (add.has('g')) {
      const existing = shell.vars.global.get(name);
      if (existing) return existing;
      const made = new Variable(name);
      shell.vars.global.set(name, made);
      return made;
    }
    const found = isReference ? shell.vars.find(name) : shell.vars.lookup(name);
    return found ?? shell.vars.target(name);
  }
  const scope = shell.vars.functionScope();
  const existing = scope?.variables.get(name);
  if (existing) return existing;
  const outer = shell.vars.find(name);
  if (outer?.has('readonly') && shell.vars.global.get(name) === outer)
    throw new VariableError(`${name}: readonly variable`);
  const variable = new Variable(name);
  // A value given for the call (`x=1 f`) and its export are kept.
  const temporary = shell.vars.scopes.findLast(({ kind, variables }) => kind === 'command' && variables.has(name));
  if (temporary && shell.vars.scopes.indexOf(temporary) === shell.vars.scopes.length - 2) {
    variable.value = outer?.value ?? null;
    variable.attributes.add('export');
  } else if (shell.options.shopts('localvar_inherit') || add.has('I') || shell.flavour === 'dash')
    variable.value = outer?.copy().value ?? null;
  scope?.variables.set(name, variable);
  return variable;
}

function makeArray(
  shell: Shell,
  call: BuiltinCall,
  variable: Variable,
  add: ReadonlySet<string>,
  subscript: string | null,
  hasValue: boolean,
): boolean {
  if (add.has('A')) {
    if (variable.value instanceof IndexedArray) {
      complain(shell, call, `${variable.name}: cannot convert indexed to associative array`);
      return false;
    }
    if (!(variable.value instanceof Map)) {
      variable.isBlank = variable.value === null;
      const map = new Map<string, string>();
      if (typeof variable.value === 'string') map.set('0', variable.value);
      variable.value = map;
    }
    return true;
  }
  if (!add.has('a') && (subscript === null || hasValue)) return true;
  if (variable.value instanceof Map) {
    if (subscript !== null) return true;
    complain(shell, call, `${variable.name}: cannot convert associative to indexed array`);
    return false;
  }
  if (!(variable.value instanceof IndexedArray)) {
    variable.isBlank = variable.value === null;
    variable.value = IndexedArray.of(typeof variable.value === 'string' ? [variable.value] : []);
  }
  return true;
}

function* giveValue(
  shell: Shell,
  call: BuiltinCall,
  variable: Variable,
  operand: { text: string; position: number },
  subscript: string | null,
  text: string,
  append: boolean,
): Blocking<void> {
  const array = call.arrays?.get(operand.position);
  if (array) return yield* assignArray(shell, variable, array.plan, append);
  if (
    text.startsWith('(') &&
    text.endsWith(')') &&
    (variable.isArray || variable.isAssociative) &&
    subscript === null
  ) {
    const elements = arrayElementsOf(text);
    if (elements !== null) return yield* assignArray(shell, variable, elements, append);
  }
  assignTo(shell, variable, subscript, text, { append });
}

function functions(shell: Shell, call: BuiltinCall, { add, remove, operands }: Request): number {
  const onlyNames = add.has('F');
  if (operands.length === 0) {
    for (const name of [...shell.functions.keys()].sort()) {
      const definition = shell.functions.get(name);
      if (!definition || (add.has('x') && !definition.exported)) continue;
      if (onlyNames)
        shell.print(`declare -f${definition.readonly ? 'r' : ''}${definition.exported ? 'x' : ''} ${name}\n`);
      else
        shell.print(
          `${name} ${shell.hooks.functionText(definition)}\n${definition.exported ? `declare -fx ${name}\n` : ''}`,
        );
    }
    return 0;
  }
  let status = 0;
  const changes = ['x', 'r', 't'].some((letter) => add.has(letter) || remove.has(letter));
  for (const { text: name } of operands) {
    const definition = shell.functions.get(name);
    if (!definition) {
      if (call.name === 'export' || call.name === 'readonly') complain(shell, call, `${name}: not a function`);
      status = 1;
      continue;
    }
    if (changes) {
      if (add.has('x')) definition.exported = true;
      if (remove.has('x')) definition.exported = false;
      if (add.has('r')) definition.readonly = true;
      if (add.has('t')) definition.traced = true;
    } else if (onlyNames) {
      shell.print(shell.options.shopts('extdebug') ? `${name} ${definition.line} ${definition.file}\n` : `${name}\n`);
    } else shell.print(`${name} ${shell.hooks.functionText(definition)}\n`);
  }
  return status;
}

function show(shell: Shell, call: BuiltinCall, { add, operands }: Request): number {
  if (operands.length === 0) return list(shell, { add, remove: new Set(), operands: [] });
  let status = 0;
  for (const { text: name } of operands) {
    const variable = shell.vars.find(name);
    if (variable === undefined) {
      complain(shell, call, `${name}: not found`);
      status = 1;
    } else shell.print(declaration(variable, true));
  }
  return status;
}

function list(shell: Shell, { add }: Request): number {
  const wanted = [...add].flatMap((letter) => letters[letter] ?? []);
  for (const name of shell.vars.names()) {
    const variable = alwaysSet.has(name) ? shell.vars.find(name) : shell.vars.peek(name);
    if (variable === undefined || (variable.value === null && !variable.has('export') && !add.has('p'))) continue;
    if (add.has('a') && !variable.isArray) continue;
    if (add.has('A') && !variable.isAssociative) continue;
    if (!wanted.every((attribute) => variable.has(attribute))) continue;
    if (add.size === 0) shell.print(settingLine(variable));
    else shell.print(declaration(variable, true));
  }
  if (add.size === 0) {
    for (const definition of [...shell.functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      shell.print(`${definition.name} ${shell.hooks.functionText(definition)}\n`);
    }
  }
  return 0;
}
