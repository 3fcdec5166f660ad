/** Where rows, lanes and dots go. Units are those of `DiagramProps.width`. */
import type { NamespaceKind } from '../../../engine/state';
import type { Lane, NamespacesModel, Row } from './model';

export interface PlacedLane extends Lane {
  /** Centre of the lane. */
  x: number;
  /** Centres of the first and the last row. */
  top: number;
  bottom: number;
  /** Tells the made namespaces of a kind apart, from 1; null where there is one only. */
  number: number | null;
}

export interface PlacedColumn {
  kind: NamespaceKind;
  x: number;
  width: number;
  lanes: PlacedLane[];
}

export interface MatrixPlacement {
  width: number;
  height: number;
  nameWidth: number;
  rowHeight: number;
  headHeight: number;
  columns: PlacedColumn[];
  /** Centre of each row, in the order of the model. */
  rows: Array<{ row: Row; y: number }>;
  /** Rows before which a rule is drawn: another Machine, or the end of the processes. */
  rules: Array<{ y: number; label: string }>;
}

export function placeMatrix(model: NamespacesModel, width: number): MatrixPlacement {
  const narrow = width < 480;
  const rowHeight = 28;
  const headHeight = 44;
  const pitch = narrow ? 13 : 18;
  const minColumn = narrow ? 30 : 48;
  const lanesOf = (count: number) => Math.max(minColumn, (count - 1) * pitch + (narrow ? 22 : 32));
  const widths = model.columns.map(({ lanes }) => lanesOf(lanes.length));
  const all = widths.reduce((sum, part) => sum + part, 0);
  const nameWidth = Math.max(narrow ? 108 : 170, Math.min(width - all, 280));
  const spare = Math.max(0, (width - nameWidth - all) / model.columns.length);

  const rows: MatrixPlacement['rows'] = [];
  const rules: MatrixPlacement['rules'] = [];
  let y = headHeight;
  let section: string | null = null;
  const machines = new Set(model.rows.map(({ machine }) => machine).filter((name) => name !== ''));
  for (const row of model.rows) {
    const here = row.machine === '' ? 'kept' : row.machine;
    if (here !== section && (here === 'kept' || machines.size > 1)) {
      rules.push({ y: y + 2, label: here === 'kept' ? 'held without a process' : `Machine ${here}` });
      y += 22;
    }
    section = here;
    rows.push({ row, y: y + rowHeight / 2 });
    y += rowHeight;
  }

  let x = nameWidth;
  const columns = model.columns.map(({ kind, lanes }, index) => {
    const columnWidth = (widths[index] ?? 0) + spare;
    const first = x + columnWidth / 2 - ((lanes.length - 1) * pitch) / 2;
    const several = lanes.filter(({ origin }) => origin === 'made').length > 1;
    let made = 0;
    const placed = lanes.map((lane, at) => {
      if (lane.origin === 'made') made += 1;
      return {
        ...lane,
        x: first + at * pitch,
        top: rows[lane.from]?.y ?? 0,
        bottom: rows[lane.to]?.y ?? 0,
        number: lane.origin === 'made' && several ? made : null,
      };
    });
    const column = { kind, x, width: columnWidth, lanes: placed };
    x += columnWidth;
    return column;
  });
  return { width: Math.max(x, width), height: y + 10, nameWidth, rowHeight, headHeight, columns, rows, rules };
}
