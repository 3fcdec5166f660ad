/** Aliases: replaced in the text, where the name of a command stands, before it is parsed (bash(1), "ALIASES"). */
import type { SyntaxNode } from 'unbash';
import { forEachChild, parse } from 'unbash';

interface Expanded {
  start: number;
  end: number;
  name: string;
  /** The value ends in a blank: the next word is looked at, too. */
  goesOn: boolean;
}

const maxExpansions = 200;

export function expandAliases(text: string, aliases: ReadonlyMap<string, string>): string {
  if (aliases.size === 0) return text;
  let current = text;
  let expanded: Expanded[] = [];
  for (let count = 0; count < maxExpansions; count++) {
    const found = findAlias(current, aliases, expanded);
    if (found === null) break;
    const value = aliases.get(found.name) ?? '';
    const grown = value.length - found.name.length;
    expanded = expanded.map((range) => ({
      ...range,
      start: range.start > found.pos ? range.start + grown : range.start,
      end: range.end > found.pos ? range.end + grown : range.end,
    }));
    expanded.push({ start: found.pos, end: found.pos + value.length, name: found.name, goesOn: /[ \t]$/.test(value) });
    current = current.slice(0, found.pos) + value + current.slice(found.pos + found.name.length);
  }
  return current;
}

function findAlias(
  text: string,
  aliases: ReadonlyMap<string, string>,
  expanded: readonly Expanded[],
): { pos: number; name: string } | null {
  const isFree = (pos: number, name: string) =>
    aliases.has(name) && !expanded.some((range) => range.name === name && pos >= range.start && pos < range.end);
  for (const range of expanded) {
    if (!range.goesOn) continue;
    const blanks = /^[ \t]*/.exec(text.slice(range.end))?.[0].length ?? 0;
    const name = /^[^\s;&|()<>'"\\$`]+(?=[\s;&|()<>]|$)/.exec(text.slice(range.end + blanks))?.[0];
    const pos = range.end + blanks;
    if (name !== undefined && isFree(pos, name) && !expanded.some(({ start }) => start === pos)) return { pos, name };
  }
  let found: { pos: number; name: string } | null = null;
  const visit = (node: SyntaxNode): void => {
    if (found !== null || (node.type === 'Script' && node.source !== undefined)) return;
    if (node.type === 'Command' && node.name !== undefined && isFree(node.name.pos, node.name.text)) {
      found = { pos: node.name.pos, name: node.name.text };
      return;
    }
    forEachChild(node, visit);
  };
  visit(parse(text));
  return found;
}
