/** The lines of pstree: branches to the right, or below each other when there are arguments. */

import type { Accounts } from '../lib/users';
import { textWidth } from '../lib/width';
import type { TreeNode } from './pstree';

export interface Strokes {
  only: string;
  first: string;
  middle: string;
  last: string;
  line: string;
}

export interface Drawing {
  strokes: Strokes;
  width: number;
  accounts: Accounts;
  arguments: boolean;
  compact: boolean;
  pids: boolean;
  groups: boolean;
  users: boolean;
  namespaces: boolean;
  labels: boolean;
  marked: ReadonlySet<number>;
}

/** With a newline behind every line. */
export function drawTree(root: TreeNode, drawing: Drawing): string {
  const lines = drawing.arguments ? below(root, drawing, null, '', '') : beside(root, drawing, null);
  return lines.map((line) => `${cut(line, drawing.width)}\n`).join('');
}

/** What is too long ends in a plus. */
function cut(line: string, width: number): string {
  if (textWidth(line) <= width) return line;
  return `${line.slice(0, width - 1)}+`;
}

function nodeText(node: TreeNode, drawing: Drawing, parent: TreeNode | null): string {
  const facts: Array<string | number> = [];
  if (drawing.pids) facts.push(node.pid);
  if (drawing.groups) facts.push(node.pgid);
  if (drawing.users && parent !== null && parent.uid !== node.uid) facts.push(drawing.accounts.userName(node.uid));
  if (drawing.namespaces && parent !== null) facts.push(...changes(node, parent));
  if (drawing.labels) facts.push(`\`${node.label}'`);
  const mark = (text: string) => (drawing.marked.has(node.pid) ? `\x1b[1m${text}\x1b[0m` : text);
  if (facts.length === 0) return mark(node.name);
  return mark(drawing.arguments ? [node.name, ...facts].join(',') : `${node.name}(${facts.join(',')})`);
}

function changes(node: TreeNode, parent: TreeNode): string[] {
  return [...node.namespaces].flatMap(([type, id]) => (id !== parent.namespaces.get(type) ? [type] : []));
}

/** Lines with the children to the right; the first begins with the node itself. */
function beside(node: TreeNode, drawing: Drawing, parent: TreeNode | null): string[] {
  const own = nodeText(node, drawing, parent);
  const blocks = grouped(
    node.children.map((child) => beside(child, drawing, node)),
    drawing.compact,
  );
  const { strokes } = drawing;
  const indent = ' '.repeat(visibleWidth(own));
  const lines: string[] = [];
  for (const [at, { block, count }] of blocks.entries()) {
    const isLast = at === blocks.length - 1;
    const stroke = at === 0 ? (isLast ? strokes.only : strokes.first) : isLast ? strokes.last : strokes.middle;
    const lead = count > 1 ? `${count}*[` : '';
    const tail = count > 1 ? ']' : '';
    const [first = '', ...rest] = block;
    const inner = ' '.repeat(lead.length);
    lines.push((at === 0 ? own : indent) + stroke + lead + first + (rest.length === 0 ? tail : ''));
    for (const [index, line] of rest.entries()) {
      lines.push(indent + (isLast ? '   ' : strokes.line) + inner + line + (index === rest.length - 1 ? tail : ''));
    }
  }
  return lines.length > 0 ? lines : [own];
}

/** Escape sequences take no room. */
function visibleWidth(text: string): number {
  return textWidth(text.replace(/\x1b\[\d*m/g, ''));
}

interface Group {
  block: string[];
  count: number;
}

/** Equal ones are one, where the first of them is. */
function grouped(blocks: readonly string[][], compact: boolean): Group[] {
  const groups: Group[] = [];
  for (const block of blocks) {
    const same = compact ? groups.find((group) => group.block.join('\n') === block.join('\n')) : undefined;
    if (same) same.count++;
    else groups.push({ block, count: 1 });
  }
  return groups;
}

function below(node: TreeNode, drawing: Drawing, parent: TreeNode | null, lead: string, indent: string): string[] {
  const { strokes } = drawing;
  const lines = [withArguments(lead + nodeText(node, drawing, parent), node.args, drawing.width)];
  for (const [at, child] of node.children.entries()) {
    const isLast = at === node.children.length - 1;
    const stroke = ` ${isLast ? strokes.last : strokes.middle}`;
    const line = isLast ? '    ' : ` ${strokes.line}`;
    lines.push(...below(child, drawing, node, indent + stroke, indent + line));
  }
  return lines;
}

function withArguments(start: string, args: readonly string[], width: number): string {
  let text = start;
  for (const [at, arg] of args.entries()) {
    const isLast = at === args.length - 1;
    const shown = printable(arg);
    if (text.length + 1 + shown.length > width - (isLast ? 0 : 4)) return `${text}...`;
    text += ` ${shown}`;
  }
  return text;
}

function printable(text: string): string {
  return text.replace(/[\0-\x1f\x7f]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
