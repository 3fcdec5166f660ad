/**
 * Word expansion: tilde, parameters, commands, arithmetic, then splitting at IFS and matching of file names (bash(1),
 * "EXPANSION"). Braces were expanded when the word was lowered.
 */
import type { Blocking } from '../../../kernel/sim';
import { linesATurn } from '../../lib/io';
import type { Part, Word } from '../parse/word';
import { ShellError } from '../state/flow';
import type { Shell } from '../state/shell';
import { calculate } from './access';
import { glob } from './glob';
import { emit, expandParameter, lookup, unboundMessage, type WordExpander } from './parameter';
import { type Field, FieldSink, PatternSink, RegexSink, type Sink, TextSink } from './sinks';
import { homeOf } from './tilde';

const fieldsATurn = 512;

const expander: WordExpander = { text: expandText, pattern: expandPattern, parts: expandParts };

/** The fields of words, in order. */
export function* expandWords(shell: Shell, words: readonly Word[]): Blocking<string[]> {
  const fields: string[] = [];
  for (const word of words) {
    if (word.literal !== null) fields.push(word.literal);
    else yield* expandWord(shell, word, fields);
  }
  return fields;
}

export function* expandWord(shell: Shell, word: Word, into: string[]): Blocking<void> {
  const sink = new FieldSink(shell.vars.get('IFS') ?? ' \t\n');
  yield* expandParts(shell, word.parts, sink, false);
  let taken = 0;
  for (const field of yield* sink.finish(shell.sys)) {
    pushField(shell, field, into);
    if (++taken % fieldsATurn === 0) yield* shell.sys.checkpoint(fieldsATurn / linesATurn);
  }
}

/** One text: nothing is split or matched. */
export function* expandText(shell: Shell, word: Word): Blocking<string> {
  if (word.literal !== null) return word.literal;
  const [only] = word.parts;
  if (only?.kind === 'text' && word.parts.length === 1) return only.text;
  const sink = new TextSink();
  yield* expandParts(shell, word.parts, sink, false);
  return sink.text;
}

/** A pattern, with what was quoted in backslashes. */
export function* expandPattern(shell: Shell, word: Word): Blocking<string> {
  const sink = new PatternSink();
  yield* expandParts(shell, word.parts, sink, false);
  return sink.pattern;
}

export function* expandRegex(shell: Shell, word: Word): Blocking<string> {
  const sink = new RegexSink();
  yield* expandParts(shell, word.parts, sink, false);
  return sink.pattern;
}

/** `splitsText`: the parts are the default of an unquoted `${x:-a b}`, whose text is split as well. */
export function* expandParts(shell: Shell, parts: readonly Part[], sink: Sink, splitsText: boolean): Blocking<void> {
  for (const part of parts) {
    switch (part.kind) {
      case 'text':
        if (part.quoted) sink.quoted(part.text);
        else if (splitsText) sink.split(part.text);
        else sink.plain(part.text);
        break;
      case 'tilde':
        sink.quoted(homeOf(shell, part.user));
        break;
      case 'parameter':
        if (part.operation === null && part.index === null && !part.indirect && !part.length) simple(shell, part, sink);
        else yield* expandParameter(shell, part, sink, expander);
        break;
      case 'command': {
        const output = yield* shell.interpreter.substitute(shell, part.substitution);
        if (part.quoted) sink.quoted(output);
        else sink.split(output);
        break;
      }
      case 'arithmetic': {
        const value = calculate(shell, yield* expandText(shell, part.expression)).toString();
        if (part.quoted) sink.quoted(value);
        else sink.split(value);
        break;
      }
      case 'process':
        sink.quoted(yield* shell.interpreter.processSubstitution(shell, part.direction, part.substitution));
        break;
    }
  }
}

function simple(shell: Shell, part: { name: string; quoted: boolean }, sink: Sink): void {
  const found = lookup(shell, part.name, null);
  if (found.kind === 'scalar' && found.value === undefined && shell.options.has('nounset')) {
    const name = /^\d+$/.test(part.name) ? `$${part.name}` : part.name;
    throw new ShellError(unboundMessage(shell, name), 127);
  }
  emit(shell, found, part.quoted, sink);
}

function pushField(shell: Shell, field: Field, into: string[]): void {
  if (field.pattern === null || shell.options.has('noglob')) {
    into.push(field.text);
    return;
  }
  const matches = glob(shell.sys, field.pattern, {
    dotglob: shell.options.shopts('dotglob'),
    globstar: shell.options.shopts('globstar'),
    nocase: shell.options.shopts('nocaseglob'),
  });
  if (matches.length > 0) {
    for (const match of matches) into.push(match);
    return;
  }
  if (shell.options.shopts('failglob')) throw new ShellError(`no match: ${field.text}`);
  if (!shell.options.shopts('nullglob') || !/[*?[]|[+@!]\(/.test(field.text)) into.push(field.text);
}
