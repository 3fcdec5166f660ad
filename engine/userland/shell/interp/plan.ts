/** What has to be known of a command to execute it: worked out the first time, then kept with the node. */

import type * as Ast from 'unbash';
import { parse } from 'unbash';
import { append } from '../../lib/append';
import { closingBracket } from '../arithmetic/tokens';
import { expandBraces } from '../parse/brace';
import { type LowerOptions, lowerHereDocument, lowerWord } from '../parse/lower-word';
import { Source } from '../parse/source';
import { literalWord, type Word } from '../parse/word';

export interface ArrayElementPlan {
  /** Null: takes the next number. */
  index: Word | null;
  append: boolean;
  words: Word[];
}

export interface AssignmentPlan {
  name: string;
  append: boolean;
  index: Word | null;
  value: Word | ArrayElementPlan[];
  text: string;
}

export interface RedirectPlan {
  operator: Ast.RedirectOperator | '<<<' | '<<';
  fd: number | null;
  variable: string | null;
  target: Word;
  /** As it was written. */
  text: string;
}

export interface SimplePlan {
  line: number;
  assignments: AssignmentPlan[];
  words: Array<Word | AssignmentPlan>;
  /** All words are plain: what they expand to. */
  literals: string[] | null;
  redirects: RedirectPlan[];
}

const plans = new WeakMap<Ast.Command, SimplePlan>();
const wordPlans = new WeakMap<Ast.Word, Word>();
const listPlans = new WeakMap<readonly Ast.Word[], Word[]>();
const redirectPlans = new WeakMap<readonly Ast.Redirection[], RedirectPlan[]>();

export function planOf(command: Ast.Command, source: Source, braces = true): SimplePlan {
  const known = plans.get(command);
  if (known) return known;
  const words: Array<Word | AssignmentPlan> = [];
  if (command.name) append(words, lowerWords(command.name, source, braces));
  for (const node of command.suffix) {
    if (node.type === 'Assignment') words.push(planAssignment(node, source));
    else if (node.type === 'Word') append(words, argumentWords(node, source, braces));
  }
  const literals = words.map((word) => ('parts' in word ? word.literal : null));
  const plan: SimplePlan = {
    line: source.lineAt(linePosition(command)),
    assignments: command.prefix.flatMap((node) => (node.type === 'Assignment' ? [planAssignment(node, source)] : [])),
    words,
    literals: literals.every((literal) => literal !== null) ? literals.map((literal) => literal ?? '') : null,
    redirects: planRedirects(command.redirects, source),
  };
  plans.set(command, plan);
  return plan;
}

/** Where bash's parser stands when it has seen that this is a command: at the end of its second token. */
function linePosition(command: Ast.Command): number {
  const tokens: Array<{ pos: number; end: number }> = [...command.prefix];
  if (command.name) tokens.push(command.name);
  append(
    tokens,
    command.suffix.filter(({ type }) => type === 'Word' || type === 'Assignment'),
  );
  const second = tokens[1];
  return second === undefined ? command.pos : Math.max(command.pos, second.end - 1);
}

/** `a=~/x` as an argument: its tilde is expanded as in an assignment. */
function argumentWords(node: Ast.Word, source: Source, braces: boolean): Word[] {
  const isLikeAssignment = /^[A-Za-z_]\w*\+?=.*~/.test(node.text);
  if (!isLikeAssignment) return lowerWords(node, source, braces);
  const at = node.text.indexOf('=') + 1;
  const value = wordOf(node.text.slice(at), source.lineAt(node.pos), { assignment: true });
  const parts = [{ kind: 'text', text: node.text.slice(0, at), quoted: true } as const, ...value.parts];
  return [{ parts, text: node.text, literal: null }];
}

/** A word of a position where one text is wanted. */
export function wordPlan(word: Ast.Word, source: Source, options: LowerOptions = {}): Word {
  const known = wordPlans.get(word);
  if (known) return known;
  const plan = lowerWord(word, source, options);
  wordPlans.set(word, plan);
  return plan;
}

/** Words of a list (`for x in ...`): braces are expanded. */
export function wordListPlan(words: readonly Ast.Word[], source: Source, braces = true): Word[] {
  const known = listPlans.get(words);
  if (known) return known;
  const plan = words.flatMap((word) => lowerWords(word, source, braces));
  listPlans.set(words, plan);
  return plan;
}

export function redirectPlan(redirects: readonly Ast.Redirection[], source: Source): RedirectPlan[] {
  const known = redirectPlans.get(redirects);
  if (known) return known;
  const plan = planRedirects(redirects, source);
  redirectPlans.set(redirects, plan);
  return plan;
}

function lowerWords(word: Ast.Word, source: Source, braces = true): Word[] {
  if (!braces || !/\{.*(,|\.\.)/s.test(word.text)) return [lowerWord(word, source)];
  const texts = expandBraces(word.text);
  if (texts.length === 1 && texts[0] === word.text) return [lowerWord(word, source)];
  const line = source.lineAt(word.pos);
  return texts.filter((text) => text !== '').map((text) => wordOf(text, line));
}

/** Parses the text of one word. */
export function wordOf(text: string, line: number, options: LowerOptions = {}): Word {
  if (/^[\w./:=+-]+$/.test(text)) return literalWord(text);
  const script = `_ ${text}`;
  const command = parse(script).commands[0]?.command;
  const [only] = command?.type === 'Command' ? command.suffix : [];
  if (only?.type !== 'Word') return literalWord(text);
  return lowerWord(only, new Source(script, line), options);
}

function planAssignment(node: Ast.Assignment, source: Source): AssignmentPlan {
  const { value } = node;
  return {
    name: node.name,
    append: node.append ?? false,
    index: node.index === undefined ? null : lowerWord(node.index, source, { noTilde: true }),
    value:
      value.type === 'Word'
        ? lowerWord(value, source, { assignment: true })
        : value.elements.map((element) => planElement(element, source)),
    text: node.text,
  };
}

function planElement(element: Ast.Word, source: Source): ArrayElementPlan {
  if (element.text.startsWith('[')) {
    const end = closingBracket(element.text, 0);
    const operator = /^\+?=/.exec(element.text.slice(end + 1))?.[0];
    if (end > 0 && operator !== undefined) {
      const line = source.lineAt(element.pos);
      return {
        index: wordOf(element.text.slice(1, end), line, { noTilde: true }),
        append: operator === '+=',
        words: [wordOf(element.text.slice(end + 1 + operator.length), line, { assignment: true })],
      };
    }
  }
  return { index: null, append: false, words: lowerWords(element, source) };
}

/** The elements of `(a b [2]=c)` given as text: `declare "x=(1 2)"`. */
export function arrayElementsOf(text: string): ArrayElementPlan[] | null {
  const script = `_=${text}`;
  const command = parse(script).commands[0]?.command;
  const [only] = command?.type === 'Command' ? command.prefix : [];
  if (only?.type !== 'Assignment' || only.value.type !== 'ArrayValue') return null;
  const source = new Source(script);
  return only.value.elements.map((element) => planElement(element, source));
}

function planRedirects(redirects: readonly Ast.Redirection[], source: Source): RedirectPlan[] {
  return redirects.map((redirect) => {
    const { descriptor } = redirect;
    const common = {
      fd: descriptor?.type === 'FileDescriptor' ? descriptor.value : null,
      variable: descriptor?.type === 'FileDescriptorVariable' ? descriptor.name : null,
    };
    if (redirect.type === 'HereDoc') {
      const target = redirect.delimiter?.quoted
        ? literalWord(hereText(redirect))
        : withEnd(redirect, withoutTabs(redirect, lowerHereDocument(redirect.body, source)));
      return { ...common, operator: '<<', target, text: '' };
    }
    const target = redirect.target ? lowerWord(redirect.target, source) : literalWord('');
    return { ...common, operator: redirect.operator, target, text: redirect.target?.text ?? '' };
  });
}

/** `<<-`: tabs at the beginning of lines are taken away. */
function withoutTabs(redirect: Ast.HereDoc, body: Word): Word {
  if (redirect.operator === '<<') return body;
  const parts = body.parts.map((part, i) => {
    if (part.kind !== 'text') return part;
    const text = part.text.replace(/\n\t+/g, '\n');
    return { ...part, text: i === 0 ? text.replace(/^\t+/, '') : text };
  });
  return { parts, text: body.text, literal: null };
}

/** One that ends with the text ends with a line all the same. */
function withEnd(redirect: Ast.HereDoc, body: Word): Word {
  const { text } = redirect.body;
  if (text === '' || text.endsWith('\n')) return body;
  const literal = body.literal === null ? null : `${body.literal}\n`;
  return { ...body, parts: [...body.parts, ...literalWord('\n').parts], literal };
}

function hereText(redirect: Ast.HereDoc): string {
  const { text: written } = redirect.body;
  const text = written === '' || written.endsWith('\n') ? written : `${written}\n`;
  return redirect.operator === '<<-' ? text.replace(/^\t+/gm, '') : text;
}
