/** `$name` and `${...}`: finds the value, then applies the operator (bash(1), "Parameter Expansion"). */
import type { Blocking } from '../../../kernel/sim';
import type { ParameterOperation, ParameterPart, Part, Word } from '../parse/word';
import { ShellError } from '../state/flow';
import type { Shell } from '../state/shell';
import { assignByText, calculate, elementByText, splitReference } from './access';
import { changeCase, remove, replace, slice, transform } from './operations';
import { type Sink, TextSink } from './sinks';
import { specialParameter } from './special';

export type Expanded =
  | { kind: 'scalar'; value: string | undefined }
  /** `star`: joined by the first character of IFS when quoted. */
  | { kind: 'list'; values: string[]; star: boolean; keys?: string[] };

/** The parts of an expansion that need words to be expanded again. */
export interface WordExpander {
  text(shell: Shell, word: Word): Blocking<string>;
  pattern(shell: Shell, word: Word): Blocking<string>;
  parts(shell: Shell, parts: readonly Part[], sink: Sink, splitsText: boolean): Blocking<void>;
}

export function* expandParameter(
  shell: Shell,
  part: ParameterPart,
  sink: Sink,
  expander: WordExpander,
): Blocking<void> {
  const { operation } = part;
  if (operation?.type === 'bad') throw new ShellError(badSubstitution(shell, part), 1);
  if (shell.flavour === 'dash' && isOnlyOfBash(part)) throw new ShellError('Bad substitution', 2);
  if (operation?.type === 'names') {
    const names = shell.vars
      .names()
      .filter((name) => name.startsWith(part.name) && shell.vars.find(name)?.value !== null);
    return emit(shell, { kind: 'list', values: names, star: operation.star }, part.quoted, sink);
  }
  const subscript = part.index === null ? null : yield* subscriptText(shell, part, expander);
  const reference = part.indirect ? indirection(shell, part.name, subscript) : { name: part.name, subscript };
  if (reference.keys !== undefined) return emit(shell, reference.keys, part.quoted, sink);
  const found = lookup(shell, reference.name, reference.subscript);
  if (part.length) return emit(shell, { kind: 'scalar', value: lengthOf(shell, part, found) }, part.quoted, sink);
  if (operation === null) {
    checkBound(shell, reference, found);
    return emit(shell, found, part.quoted, sink);
  }
  if (operation.type === 'default') {
    yield* expandDefault(shell, part, reference, found, operation, sink, expander);
    return;
  }
  if (operation.type !== 'transform') checkBound(shell, reference, found);
  emit(shell, yield* applyOperation(shell, reference, found, operation, expander), part.quoted, sink);
}

function badSubstitution(shell: Shell, part: ParameterPart): string {
  return shell.flavour === 'dash' ? 'Bad substitution' : `${part.text}: bad substitution`;
}

function isOnlyOfBash(part: ParameterPart): boolean {
  const type = part.operation?.type;
  if (part.indirect || part.index !== null) return true;
  return type === 'slice' || type === 'replace' || type === 'case' || type === 'transform' || type === 'names';
}

/** What is said of a variable without a value under `set -u`. */
export function unboundMessage(shell: Shell, name: string): string {
  if (shell.flavour === 'dash') return `${name.replace(/^\$/, '')}: parameter not set`;
  return `${name}: unbound variable`;
}

interface Reference {
  name: string;
  subscript: string | null;
  keys?: Expanded;
}

function* subscriptText(shell: Shell, part: ParameterPart, expander: WordExpander): Blocking<string> {
  const { index } = part;
  if (index === null) return '';
  if (index.text === '@' || index.text === '*') return index.text;
  return yield* expander.text(shell, index);
}

function indirection(shell: Shell, name: string, subscript: string | null): Reference {
  if (subscript === '@' || subscript === '*') {
    const keys = shell.vars.lookup(name)?.keys() ?? [];
    return { name, subscript, keys: { kind: 'list', values: keys, star: subscript === '*' } };
  }
  const own = shell.vars.find(name);
  if (own?.has('nameref') && subscript === null) {
    return { name, subscript, keys: { kind: 'scalar', value: own.text ?? '' } };
  }
  const found = lookup(shell, name, subscript);
  const target = found.kind === 'scalar' ? found.value : found.values.join(' ');
  if (target === undefined || target === '') {
    if (target === undefined && !/^[@*]$/.test(name)) throw new ShellError(`${name}: invalid indirect expansion`, 1);
    throw new ShellError(`: invalid variable name`, 1);
  }
  const reference = splitReference(target);
  if (reference) return reference;
  if (/^(\d+|[-#?$!@*])$/.test(target)) return { name: target, subscript: null };
  throw new ShellError(`${target}: invalid variable name`, 1);
}

export function lookup(shell: Shell, name: string, subscript: string | null): Expanded {
  if (subscript === null) {
    const special = specialParameter(shell, name);
    if (special !== null) return special;
    // Peeked at: asked for, RANDOM would go on to its next number.
    const real = shell.vars.peek(name)?.has('nameref') ? shell.vars.resolveName(name) : name;
    const reference = real === name ? null : splitReference(real);
    if (reference && reference.subscript !== null) return lookup(shell, reference.name, reference.subscript);
    return { kind: 'scalar', value: shell.vars.get(name) };
  }
  if (subscript === '@' || subscript === '*') {
    const variable = shell.vars.lookup(name);
    return { kind: 'list', values: variable?.values() ?? [], star: subscript === '*', keys: variable?.keys() ?? [] };
  }
  return { kind: 'scalar', value: elementByText(shell, shell.vars.resolveName(name), subscript) };
}

function checkBound(shell: Shell, reference: Reference, found: Expanded): void {
  if (!shell.options.has('nounset') || found.kind === 'list' || found.value !== undefined) return;
  throw new ShellError(unboundMessage(shell, describeReference(reference)), 127);
}

function describeReference({ name, subscript }: Reference): string {
  const shown = /^\d+$/.test(name) ? `$${name}` : name;
  return subscript === null ? shown : `${shown}[${subscript}]`;
}

/** Of an array that was never given a value there is no count either. */
function checkArray(shell: Shell, name: string): void {
  const variable = shell.vars.lookup(name);
  if (!variable || variable.value === null || variable.isBlank) throw new ShellError(unboundMessage(shell, name), 1);
}

function lengthOf(shell: Shell, part: ParameterPart, found: Expanded): string {
  if (found.kind === 'list') {
    if (found.values.length === 0 && shell.options.has('nounset') && !/^[@*]$/.test(part.name))
      checkArray(shell, part.name);
    return String(found.values.length);
  }
  checkBound(shell, { name: part.name, subscript: null }, found);
  return String([...(found.value ?? '')].length);
}

function* expandDefault(
  shell: Shell,
  part: ParameterPart,
  reference: Reference,
  found: Expanded,
  operation: Extract<ParameterOperation, { type: 'default' }>,
  sink: Sink,
  expander: WordExpander,
): Blocking<void> {
  const countsEmpty = operation.operator.startsWith(':');
  const operator = operation.operator.at(-1);
  const isUnset = found.kind === 'list' ? found.values.length === 0 : found.value === undefined;
  const isEmpty = found.kind === 'list' ? found.values.join(' ') === '' : found.value === '';
  const isMissing = isUnset || (countsEmpty && isEmpty);
  if (operator === '+') {
    if (!isMissing) yield* expandOperand(shell, part, operation.operand, sink, expander);
    else if (part.quoted && found.kind !== 'list') sink.quoted('');
    return;
  }
  if (!isMissing) return emit(shell, found, part.quoted, sink);
  if (operator === '-') return yield* expandOperand(shell, part, operation.operand, sink, expander);
  const text = yield* expander.text(shell, operation.operand);
  if (operator === '?') {
    const message = text !== '' || operation.text !== '' ? text : missingMessage(shell, countsEmpty);
    throw new ShellError(`${describeName(reference)}: ${message}`, 127);
  }
  if (!/^[A-Za-z_]/.test(reference.name)) {
    throw new ShellError(`$${reference.name}: cannot assign in this way`, 1);
  }
  assignByText(shell, reference.name, reference.subscript, text);
  emit(shell, lookup(shell, reference.name, reference.subscript), part.quoted, sink);
}

function missingMessage(shell: Shell, countsEmpty: boolean): string {
  if (shell.flavour === 'dash') return `parameter not set${countsEmpty ? ' or null' : ''}`;
  return `parameter ${countsEmpty ? 'null or ' : ''}not set`;
}

function describeName({ name, subscript }: Reference): string {
  return subscript === null ? name : `${name}[${subscript}]`;
}

function* expandOperand(
  shell: Shell,
  part: ParameterPart,
  operand: Word,
  sink: Sink,
  expander: WordExpander,
): Blocking<void> {
  if (operand.parts.length === 0 && part.quoted) sink.quoted('');
  yield* expander.parts(shell, operand.parts, sink, !part.quoted);
}

function* applyOperation(
  shell: Shell,
  reference: Reference,
  found: Expanded,
  operation: ParameterOperation,
  expander: WordExpander,
): Blocking<Expanded> {
  switch (operation.type) {
    case 'remove': {
      const pattern = yield* expander.pattern(shell, operation.pattern);
      return each(found, (value) => remove(value, operation.operator, pattern));
    }
    case 'replace': {
      const pattern = yield* expander.pattern(shell, operation.pattern);
      const ampersand = shell.options.shopts('patsub_replacement');
      const replacement = yield* replacementText(shell, operation.replacement, expander, ampersand);
      const ignoreCase = shell.options.shopts('nocasematch');
      return each(found, (value) => replace(value, operation.operator, pattern, replacement, ignoreCase));
    }
    case 'case': {
      const pattern = operation.pattern === null ? null : yield* expander.pattern(shell, operation.pattern);
      return each(found, (value) => changeCase(value, operation.operator, pattern));
    }
    case 'slice': {
      const offset = calculate(shell, yield* expander.text(shell, operation.offset));
      const length = operation.length === null ? null : calculate(shell, yield* expander.text(shell, operation.length));
      return slice(shell, reference, found, Number(offset), length === null ? null : Number(length));
    }
    case 'transform':
      return transform(shell, reference, found, operation.operator);
    default:
      return found;
  }
}

/** In a replacement an unquoted `&` stands for what was matched. It is marked by a character no text has. */
function* replacementText(shell: Shell, word: Word, expander: WordExpander, ampersand: boolean): Blocking<string[]> {
  if (!ampersand) return [yield* expander.text(shell, word)];
  const sink = new ReplacementSink();
  yield* expander.parts(shell, word.parts, sink, false);
  return sink.pieces;
}

/** Pieces between which the match stands. */
class ReplacementSink implements Sink {
  pieces = [''];
  quoted(text: string): void {
    this.pieces.push((this.pieces.pop() ?? '') + text);
  }
  plain(text: string): void {
    const [first = '', ...rest] = text.split(/(?<!\\)&/);
    this.quoted(first.replaceAll('\\&', '&'));
    for (const piece of rest) this.pieces.push(piece.replaceAll('\\&', '&'));
  }
  split(text: string): void {
    this.plain(text);
  }
  boundary(): void {
    this.quoted(' ');
  }
}

function each(found: Expanded, change: (value: string) => string): Expanded {
  if (found.kind === 'list') return { ...found, values: found.values.map(change) };
  return { kind: 'scalar', value: found.value === undefined ? undefined : change(found.value) };
}

/** Gives a value to the sink: a list keeps its elements apart. */
export function emit(shell: Shell, expanded: Expanded, quoted: boolean, sink: Sink): void {
  if (expanded.kind === 'scalar') {
    if (quoted) sink.quoted(expanded.value ?? '');
    else if (expanded.value !== undefined) sink.split(expanded.value);
    return;
  }
  const { values, star } = expanded;
  if (star && (quoted || sink instanceof TextSink)) {
    const joined = values.join((shell.vars.get('IFS') ?? ' ').charAt(0));
    if (quoted) sink.quoted(joined);
    else sink.split(joined);
    return;
  }
  values.forEach((value, index) => {
    if (index > 0) sink.boundary();
    if (quoted) sink.quoted(value);
    else sink.split(value);
  });
}
