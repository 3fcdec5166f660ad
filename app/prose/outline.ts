/** Remark plugin: gives headings their anchors, notes them and the tasks, and names code fences. */

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

export interface Outline {
  headings: Heading[];
  /** Ids of the tasks that `<Task id="..." />` places, in order. */
  tasks: string[];
}

/** Fills `found` while it runs. Fences become `<CodeFence language meta code />`. */
export function outline(found: Outline): () => (tree: Node) => void {
  return () => (tree) => visit(tree, found);
}

function visit(node: Node, found: Outline): void {
  if (node.type === 'heading') nameHeading(node, found.headings);
  if (node.type === 'code') toFence(node);
  if (node.type === 'mdxJsxFlowElement' && node.name === 'Task') found.tasks.push(attributeOf(node, 'id'));
  for (const child of node.children ?? []) visit(child, found);
}

function attributeOf(node: Node, name: string): string {
  return node.attributes?.find((attribute) => attribute.name === name)?.value ?? '';
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
  return (
    text
      .toLowerCase()
      .replace(/[^\p{Letter}\p{Number}]+/gu, '-')
      .replace(/^-|-$/g, '') || 'section'
  );
}

function freeAnchor(wanted: string, headings: readonly Heading[]): string {
  const taken = new Set(headings.map((heading) => heading.id));
  if (!taken.has(wanted)) return wanted;
  let number = 2;
  while (taken.has(`${wanted}-${number}`)) number++;
  return `${wanted}-${number}`;
}
