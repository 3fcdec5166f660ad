/** What the parts of the editor share. */
import type { Sys } from '../../../kernel/sim';
import type { Regex } from '../../regex';
import type { Environment } from '../common/spawn';
import type { Terminal } from '../common/terminal';
import { Buffer, type Position } from './buffer';

export interface Options {
  number: boolean;
  ignoreCase: boolean;
  hlsearch: boolean;
  expandTab: boolean;
  shiftWidth: number;
  tabStop: number;
  autoIndent: boolean;
  readonly: boolean;
  list: boolean;
  wrap: boolean;
}

export interface Register {
  text: string;
  linewise: boolean;
}

export class EditorState {
  readonly buffer = new Buffer();
  cursor: Position = { line: 0, column: 0 };
  /** The column vertical movement wants; infinite after `$`. */
  wanted = 0;
  top = 0;
  mode: 'normal' | 'insert' | 'replace' | 'visual' | 'visual-line' = 'normal';
  /** Where visual mode began. */
  anchor: Position = { line: 0, column: 0 };
  message = '';
  isError = false;
  path: string | null = null;
  isNew = false;
  pattern: Regex | null = null;
  patternText = '';
  isForward = true;
  isOver = false;
  status = 0;
  readonly marks = new Map<string, Position>();
  readonly registers = new Map<string, Register>();
  readonly options: Options = {
    number: false,
    ignoreCase: false,
    hlsearch: false,
    expandTab: false,
    shiftWidth: 8,
    tabStop: 8,
    autoIndent: false,
    readonly: false,
    list: false,
    wrap: true,
  };

  constructor(
    readonly sys: Sys,
    readonly env: Environment,
    readonly terminal: Terminal,
  ) {}

  get line(): string {
    return this.buffer.line(this.cursor.line);
  }

  /** Puts the cursor on a character that is there. */
  clamp(): void {
    const line = Math.max(0, Math.min(this.cursor.line, this.buffer.count - 1));
    const { length } = this.buffer.line(line);
    const last = this.mode === 'insert' || this.mode === 'replace' ? length : Math.max(0, length - 1);
    this.cursor = { line, column: Math.max(0, Math.min(this.cursor.column, last)) };
  }

  say(text: string): void {
    this.message = text;
    this.isError = false;
  }
  fail(text: string): void {
    this.message = text;
    this.isError = true;
  }
}
