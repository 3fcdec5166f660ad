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
  const line = logLine('error', message, options);
  if (options?.log) appendFileSync(options.log, line);
  process.stderr.write(options?.log ? `${message}\n` : line);
}

/** To the file that `--log` names, else to standard error. */
export function reportWarning(message: string, options: GlobalOptions): void {
  const line = logLine('warning', message, options);
  if (options.log) appendFileSync(options.log, line);
  else process.stderr.write(line);
}

function logLine(level: 'error' | 'warning', message: string, options: GlobalOptions | undefined): string {
  const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const text = `time="${time}" level=${level} msg=${JSON.stringify(message)}\n`;
  return options?.logFormat === 'json' ? `${JSON.stringify({ level, msg: message, time })}\n` : text;
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
