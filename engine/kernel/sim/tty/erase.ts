/** Taking back what was typed: a character, a word or the line (Linux n_tty's `eraser`). */
import type { Echo } from './echo';
import { isContinuation, isControl } from './output';
import type { Termios } from './types';

const newline = 0x0a;
const tab = 0x09;

/** `typed` is the unfinished line. Answers how many of its bytes are left. */
export function eraseTyped(
  kind: 'character' | 'word' | 'line',
  typed: readonly number[],
  termios: Termios,
  echo: Echo,
): number {
  if (typed.length === 0) return 0;
  if (kind === 'line') {
    if (!termios.echo) return 0;
    if (!termios.echok || !termios.echoke || !termios.echoe) {
      echo.char(termios.chars.kill);
      if (termios.echok) echo.raw(newline);
      return 0;
    }
  }
  return eraseCharacters(kind, typed, termios, echo);
}

function eraseCharacters(
  kind: 'character' | 'word' | 'line',
  typed: readonly number[],
  termios: Termios,
  echo: Echo,
): number {
  let left = typed.length;
  let inWord = false;
  while (left > 0) {
    const start = characterStart(typed, left, termios);
    const byte = typed[start] ?? 0;
    if (isContinuation(byte, termios)) break;
    if (kind === 'word') {
      if (isWordByte(byte)) inWord = true;
      else if (inWord) break;
    }
    left = start;
    if (termios.echo) rubOut(kind, byte, typed.slice(0, left), termios, echo);
    if (kind === 'character') break;
  }
  return left;
}

function characterStart(typed: readonly number[], end: number, termios: Termios): number {
  let start = end - 1;
  while (start > 0 && isContinuation(typed[start] ?? 0, termios)) start--;
  return start;
}

function rubOut(
  kind: 'character' | 'word' | 'line',
  byte: number,
  before: readonly number[],
  termios: Termios,
  echo: Echo,
): void {
  if (kind === 'character' && !termios.echoe) return echo.char(termios.chars.erase);
  if (byte === tab) return rubOutTab(before, termios, echo);
  if (isControl(byte)) {
    if (!termios.echoctl) return;
    echo.rubOut();
  }
  echo.rubOut();
}

function rubOutTab(before: readonly number[], termios: Termios, echo: Echo): void {
  let columns = 0;
  for (const byte of [...before].reverse()) {
    if (byte === tab) return echo.rubOutTab(columns, true);
    if (isControl(byte)) columns += termios.echoctl ? 2 : 0;
    else if (!isContinuation(byte, termios)) columns++;
  }
  echo.rubOutTab(columns, false);
}

/** Letters, digits and `_`; bytes of other characters count as letters (the kernel's Latin-1 table). */
function isWordByte(byte: number): boolean {
  const isDigit = byte >= 0x30 && byte <= 0x39;
  const isLetter = (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
  return isDigit || isLetter || byte === 0x5f || (byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7);
}
