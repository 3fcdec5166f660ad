/** How the runtime talks: results on standard output, errors and warnings as runc logs them. */
import type { ProgramProcess } from '../../kernel';
import { resolvePath } from '../lib/path';

export interface LogOptions {
  /** Where to, besides the person at the terminal. */
  file: string | undefined;
  format: 'text' | 'json';
}

/** Escape sequences of the levels' colours (logrus). */
const levels = { error: ['ERRO', 31], warning: ['WARN', 33] } as const;
/** A message on a terminal has at least this width. */
const messageWidth = 44;
/** No column of a table is narrower; between two are at least three spaces. */
const minimalColumn = 12;
const gap = 3;

export class Output {
  log: LogOptions = { file: undefined, format: 'text' };

  constructor(private readonly process: ProgramProcess) {}

  print(text: string): void {
    this.process.write(1, text);
  }

  json(value: unknown): void {
    this.print(`${JSON.stringify(value, null, 2)}\n`);
  }

  table(rows: ReadonlyArray<readonly string[]>): void {
    const widths = (rows[0] ?? []).map((_, column) =>
      Math.max(minimalColumn, ...rows.map((row) => (row[column]?.length ?? 0) + gap)),
    );
    for (const row of rows) {
      const cells = row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)));
      this.print(`${cells.join('')}\n`);
    }
  }

  /** To the log, and to the person at the terminal where that is a file. */
  error(message: string): void {
    this.#log('error', message);
    if (this.log.file !== undefined) this.process.write(2, `${message}\n`);
  }

  warn(message: string): void {
    this.#log('warning', message);
  }

  #log(level: keyof typeof levels, message: string): void {
    const { file, format } = this.log;
    if (file !== undefined)
      this.process.system.files.append(resolvePath(this.process.cwd, file), this.#line(level, message));
    else if (format === 'text' && this.process.isTerminal(2)) this.process.write(2, coloured(level, message));
    else this.process.write(2, this.#line(level, message));
  }

  #line(level: string, message: string): string {
    const time = this.process.system
      .now()
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
    if (this.log.format === 'json') return `${JSON.stringify({ level, msg: message, time })}\n`;
    return `time="${time}" level=${level} msg=${JSON.stringify(message)}\n`;
  }
}

/** The seconds are those since the program began. */
function coloured(level: keyof typeof levels, message: string): string {
  const [name, colour] = levels[level];
  return `\x1b[${colour}m${name}\x1b[0m[0000] ${message.padEnd(messageWidth)} \n`;
}
