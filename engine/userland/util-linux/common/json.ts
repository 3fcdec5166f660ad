/** Tables as JSON, laid out as libsmartcols does: rows below others are their `children`. */
import type { Column } from './table';

export interface JsonOptions {
  /** Columns whose cells are written without quotes. */
  numbers: ReadonlySet<string>;
}

/** `depth`: how deep a row is below the one before it that is less deep. */
export function jsonTable<Row extends { depth: number }>(
  title: string,
  columns: ReadonlyArray<Column<Row>>,
  rows: readonly Row[],
  options: JsonOptions,
): string {
  return `{\n   "${title}": [\n${rows.length === 0 ? '' : items(columns, rows, '      ', options)}\n   ]\n}\n`;
}

function items<Row extends { depth: number }>(
  columns: ReadonlyArray<Column<Row>>,
  rows: readonly Row[],
  indent: string,
  options: JsonOptions,
): string {
  const [level] = [rows[0]?.depth ?? 0];
  const objects: string[] = [];
  for (let at = 0; at < rows.length; ) {
    const row = rows[at];
    if (!row) break;
    let end = at + 1;
    while (end < rows.length && (rows[end]?.depth ?? 0) > level) end++;
    const fields = columns.map(
      (column) => `${indent}   "${column.name.toLowerCase()}": ${value(column, row, options)}`,
    );
    const below = rows.slice(at + 1, end);
    if (below.length > 0) {
      const children = items(columns, below, `${indent}      `, options);
      fields.push(`${indent}   "children": [\n${children}\n${indent}   ]`);
    }
    objects.push(`{\n${fields.join(',\n')}\n${indent}}`);
    at = end;
  }
  return indent + objects.join(',');
}

function value<Row>(column: Column<Row>, row: Row, { numbers }: JsonOptions): string {
  const text = column.cell(row).trim();
  if (text === '') return 'null';
  return numbers.has(column.name) ? text : JSON.stringify(text);
}
