/** Tables as libsmartcols lays them out: columns as wide as their widest cell or their name, be it shown or not, one blank between; the last is not filled up. */
import { textWidth } from '../../lib/width';

export interface Column<Row> {
  name: string;
  right?: boolean;
  /** Cells as wide as the name, or wider, get at least this. */
  hint?: number;
  cell(row: Row): string;
}

export interface TableOptions {
  /** Without a heading. */
  noHeadings?: boolean;
  /** Cells as they are, one blank between; an empty cell stays visible by its neighbours only. */
  raw?: boolean;
}

export function printTable<Row>(
  columns: ReadonlyArray<Column<Row>>,
  rows: readonly Row[],
  options: TableOptions = {},
): string {
  const cells = rows.map((row) => columns.map((column) => column.cell(row)));
  const all = options.noHeadings ? cells : [columns.map(({ name }) => name), ...cells];
  if (options.raw) return all.map((line) => `${line.map(rawCell).join(' ')}\n`).join('');
  const widths = columns.map(({ name, hint = 0 }, at) => {
    const widest = Math.max(...cells.map((line) => textWidth(line[at] ?? '')));
    return widest < textWidth(name) ? textWidth(name) : Math.max(widest, hint);
  });
  return all.map((line) => `${layOut(line, widths, columns)}\n`).join('');
}

/** Blanks inside a cell would look like a border. */
function rawCell(text: string): string {
  return text.replaceAll(' ', '\\x20');
}

function layOut<Row>(line: readonly string[], widths: readonly number[], columns: ReadonlyArray<Column<Row>>): string {
  const padded = line.map((text, at) => {
    const blank = ' '.repeat(Math.max(0, (widths[at] ?? 0) - textWidth(text)));
    return columns[at]?.right ? blank + text : text + blank;
  });
  const last = columns.length - 1;
  const end = line[last] ?? '';
  if (!columns[last]?.right) padded[last] = end;
  return padded.join(' ');
}

/** The lines of a tree before each of its nodes, in order. `children` of `null` are the roots. */
export function treeLines<Node>(
  roots: readonly Node[],
  children: (node: Node) => readonly Node[],
  ascii = false,
): Array<{ node: Node; prefix: string; depth: number }> {
  const [branch, corner, bar] = ascii ? ['|-', '`-', '| '] : ['├─', '└─', '│ '];
  const lines: Array<{ node: Node; prefix: string; depth: number }> = [];
  const visit = (node: Node, prefix: string, below: string, depth: number) => {
    lines.push({ node, prefix, depth });
    const own = children(node);
    own.forEach((child, at) => {
      const isLast = at === own.length - 1;
      visit(child, `${below}${isLast ? corner : branch}`, `${below}${isLast ? '  ' : bar}`, depth + 1);
    });
  };
  for (const root of roots) visit(root, '', '', 0);
  return lines;
}
