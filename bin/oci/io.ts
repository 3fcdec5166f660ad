/** How the commands of underlay-oci talk: results on standard output, errors as runc logs them. */
import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ProcessExit, System } from '../../engine/kernel';

/** Where a command line was given: this process, or a launcher that stands for it. */
export interface Cli {
  system: System;
  cwd: string;
  env: Readonly<Record<string, string | undefined>>;
  /** What the command ends with. */
  exitCode: number;
  out(text: string): void;
  err(text: string): void;
  /** Waits for a process and passes on to it what signals come meanwhile. */
  attend(pid: number, exit: Promise<ProcessExit>, send: (signal: number) => void): Promise<ProcessExit>;
}

export interface GlobalOptions {
  root: string;
  debug?: true;
  log?: string;
  logFormat: 'text' | 'json';
}

/** Logs to the file that `--log` names, if there is one, and tells the person at the terminal. */
export function reportError(cli: Cli, message: string, options: GlobalOptions): void {
  const line = logLine('error', message, options);
  if (options.log) appendFileSync(resolve(cli.cwd, options.log), line);
  cli.err(options.log ? `${message}\n` : line);
}

/** To the file that `--log` names, else to standard error. */
export function reportWarning(cli: Cli, message: string, options: GlobalOptions): void {
  const line = logLine('warning', message, options);
  if (options.log) appendFileSync(resolve(cli.cwd, options.log), line);
  else cli.err(line);
}

function logLine(level: 'error' | 'warning', message: string, options: GlobalOptions): string {
  const time = new Date().toISOString().replace(/\.\d+Z$/, 'Z');
  const text = `time="${time}" level=${level} msg=${JSON.stringify(message)}\n`;
  return options.logFormat === 'json' ? `${JSON.stringify({ level, msg: message, time })}\n` : text;
}

export function printJson(cli: Cli, value: unknown): void {
  cli.out(`${JSON.stringify(value, null, 2)}\n`);
}

/** Columns as wide as their widest entry, three spaces apart. */
export function printTable(cli: Cli, rows: ReadonlyArray<readonly string[]>): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    const cells = row.map((cell, column) =>
      column === row.length - 1 ? cell : cell.padEnd((widths[column] ?? 0) + 3),
    );
    cli.out(`${cells.join('')}\n`);
  }
}
