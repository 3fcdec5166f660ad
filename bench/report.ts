/** What a bench says: rows of a table, each with its limit, so that a reader sees at once what holds. */
export interface Row {
  bench: string;
  what: string;
  /** The measured figure, with its unit. */
  value: string;
  /** The peer's figure in the same run, or what it was compared with. */
  peer: string;
  /** The limit as the issue states it. */
  limit: string;
  holds: boolean;
}

export function formatTable(rows: readonly Row[]): string {
  const header = ['bench', 'what', 'measured', 'peer', 'limit', 'holds'];
  const lines = [header, ...rows.map((r) => [r.bench, r.what, r.value, r.peer, r.limit, r.holds ? 'yes' : 'NO'])];
  const widths = header.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const format = (line: readonly string[]) =>
    line
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd();
  return [format(header), widths.map((width) => '-'.repeat(width)).join('  '), ...lines.slice(1).map(format)].join(
    '\n',
  );
}

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const ratio = (value: number): string => `${value.toFixed(2)}x`;
export const mib = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
