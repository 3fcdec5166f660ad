/** Remark plugin: gives headings their anchors, notes them for the table of contents, and names code fences. */

/** The little of mdast (github.com/syntax-tree/mdast) that is needed here. */
interface Node {
  type: string;
  children?: Node[];
  value?: string;
  depth?: number;
  lang?: string | null;
  meta?: string | null;
  name?: string;
  attributes?: Array<{ type: 'mdxJsxAttribute'; name: string; value: string }>;
  data?: object;
}

export interface Heading {
  depth: number;
  text: string;
  /** The anchor: `#copy-up`. */
  id: string;
}

/** Fills `headings` while it runs. Fences become `<CodeFence language meta code />`. */
export function outline(headings: Heading[]): () => (tree: Node) => void {
  return () => (tree) => visit(tree, headings);
}

function visit(node: Node, headings: Heading[]): void {
  if (node.type === 'heading') nameHeading(node, headings);
  if (node.type === 'code') toFence(node);
  for (const child of node.children ?? []) visit(child, headings);
}

function nameHeading(node: Node, headings: Heading[]): void {
  const text = textOf(node);
  const id = freeAnchor(anchorOf(text), headings);
  node.data = { ...node.data, hProperties: { id } };
  headings.push({ depth: node.depth ?? 2, text, id });
}

function toFence(node: Node): void {
  const { lang, meta, value } = node;
  node.type = 'mdxJsxFlowElement';
  node.name = 'CodeFence';
  node.children = [];
  node.attributes = [
    { type: 'mdxJsxAttribute', name: 'language', value: lang ?? '' },
    { type: 'mdxJsxAttribute', name: 'meta', value: meta ?? '' },
    { type: 'mdxJsxAttribute', name: 'code', value: value ?? '' },
  ];
}

function textOf(node: Node): string {
  return node.value ?? (node.children ?? []).map(textOf).join('');
}

/** `What a write does: copy-up` becomes `what-a-write-does-copy-up`. */
export function anchorOf(text: string): string {
  return text.toLowerCase().replace(/[^\p{Letter}\p{Number}]+/gu, '-').replace(/^-|-$/g, '') || 'section';
}

function freeAnchor(wanted: string, headings: readonly Heading[]): string {
  const taken = new Set(headings.map((heading) => heading.id));
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}-${number}`)) number++;
  return `${wanted}-${number}`;
}
