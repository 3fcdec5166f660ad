/** What a completion specification makes of a word (bash(1), "Programmable Completion"). */

import type { Blocking } from '../../../kernel/sim';
import { append } from '../../lib/append';
import { expandText } from '../expand/expand';
import { glob } from '../expand/glob';
import { matchesPattern } from '../expand/pattern';
import { lowerQuoted } from '../parse/lower-word';
import type { Completion, Shell } from '../state/shell';
import { IndexedArray } from '../state/variable';
import { actionNames, fileNames } from './candidates';

export interface CompletionContext {
  word: string;
  /** The command that is completed for, and the word before. */
  command: string;
  previous: string;
  line: string;
  point: number;
  words: readonly string[];
  index: number;
  key: string;
  type: string;
}

/** 'retry' when the function said so (status 124). */
export function* generate(shell: Shell, spec: Completion, context: CompletionContext): Blocking<string[] | 'retry'> {
  const { word } = context;
  let found: string[] = [];
  for (const action of spec.actions) append(found, actionNames(shell, action, word));
  if (spec.glob !== null) append(found, glob(shell.sys, spec.glob, { dotglob: false, globstar: false, nocase: false }));
  if (spec.words !== null) {
    const text = yield* expandText(shell, lowerQuoted(spec.words, 1));
    const ifs = shell.vars.get('IFS') ?? ' \t\n';
    append(
      found,
      splitAt(text, ifs).filter((candidate) => candidate.startsWith(word)),
    );
  }
  if (spec.functionName !== null) {
    const answer = yield* callFunction(shell, spec.functionName, context);
    if (answer === 'retry') return 'retry';
    append(found, answer);
  }
  if (spec.command !== null) {
    const quoted = [context.command, word, context.previous]
      .map((text) => `'${text.replaceAll("'", "'\\''")}'`)
      .join(' ');
    const output = yield* runCommand(shell, `${spec.command} ${quoted}`);
    append(
      found,
      output.split('\n').filter((line) => line !== ''),
    );
  }
  if (spec.filter !== null) found = filtered(found, spec.filter, word);
  if (found.length === 0 && spec.options.includes('dirnames')) found = fileNames(shell, word, 'directories');
  if (spec.options.includes('plusdirs')) append(found, fileNames(shell, word, 'directories'));
  return found.map((candidate) => spec.prefix + candidate + spec.suffix);
}

function splitAt(text: string, ifs: string): string[] {
  return text.split(new RegExp(`[${ifs.replace(/[\\\]^-]/g, '\\$&')}]+`)).filter((part) => part !== '');
}

/** `-X`: takes matches away; with `!` all others. */
function filtered(candidates: readonly string[], filter: string, word: string): string[] {
  const pattern = filter.replace(/^!/, '').replace(/(?<!\\)&/g, () => word.replace(/[*?[\\]/g, '\\$&'));
  const keepsMatches = filter.startsWith('!');
  return candidates.filter((candidate) => matchesPattern(pattern, candidate) === keepsMatches);
}

function* callFunction(shell: Shell, name: string, context: CompletionContext): Blocking<string[] | 'retry'> {
  const definition = shell.functions.get(name);
  if (definition === undefined) return [];
  const { vars } = shell;
  vars.target('COMP_WORDS').value = IndexedArray.of(context.words);
  vars.set('COMP_CWORD', String(context.index));
  vars.set('COMP_LINE', context.line);
  vars.set('COMP_POINT', String(context.point));
  vars.set('COMP_TYPE', context.type);
  vars.set('COMP_KEY', context.key);
  vars.target('COMPREPLY').value = new IndexedArray();
  const { status } = shell;
  const answer = yield* shell.interpreter.callFunction(shell, definition, [
    context.command,
    context.word,
    context.previous,
  ]);
  shell.status = status;
  const replies = vars.lookup('COMPREPLY')?.values() ?? [];
  for (const variable of ['COMP_WORDS', 'COMP_CWORD', 'COMP_LINE', 'COMP_POINT', 'COMP_TYPE', 'COMP_KEY', 'COMPREPLY'])
    vars.unset(variable);
  return answer === 124 ? 'retry' : replies;
}

function* runCommand(shell: Shell, text: string): Blocking<string> {
  return yield* expandText(shell, lowerQuoted(`$(${text})`, 1));
}
