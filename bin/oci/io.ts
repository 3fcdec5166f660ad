/** How the commands of underlay-oci talk: results on standard output, errors as runc logs them. */
import { appendFileSync } from 'node:fs';

export interface GlobalOptions {
  root: string;
  debug?: true;
  log?: string;
  logFormat: 'text' | 'json';
}

/** Logs to the file that `--log` names, if there is one, and tells the person at the terminal. */
export function reportError(message: string, options: GlobalOptions | undefined): void {
  const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const text = `time="${time}" level=error msg=${JSON.stringify(message)}\n`;
  const line = options?.logFormat === 'json' ? `${JSON.stringify({ level: 'error', msg: message, time })}\n` : text;
  if (options?.log) appendFileSync(options.log, line);
  process.stderr.write(options?.log ? `${message}\n` : line);
}

export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Columns as wide as their widest entry, three spaces apart. */
export function printTable(rows: ReadonlyArray<readonly string[]>): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === row.length - 1 ? cell : cell.padEnd((widths[column] ?? 0) + 3),
    );
    process.stdout.write(`${cells.join('')}\n`);
  }
}
