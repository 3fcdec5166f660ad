/** What stty prints: everything, what is unusual, or numbers to be given back. */
import type { Termios, Winsize } from '../../../kernel/sim';
import { charCount, chars, type Group, groups, isOn, minPlace, modes, speeds, timePlace } from './modes';

/** Words with spaces between, broken where a line is full. */
class Wrapper {
  text = '';
  #column = 0;

  constructor(private readonly width: number) {}

  add(word: string): void {
    // The space between is not counted.
    if (this.#column > 0 && this.#column + word.length > this.width) this.end();
    if (this.#column > 0) {
      this.text += ' ';
      this.#column++;
    }
    this.text += word;
    this.#column += word.length;
  }
  end(): void {
    if (this.#column === 0) return;
    this.text += '\n';
    this.#column = 0;
  }
}

export function showAll(termios: Termios, { rows, cols }: Winsize, width: number): string {
  const out = new Wrapper(width);
  out.add(`speed ${termios.speed ?? 38_400} baud;`);
  out.add(`rows ${rows}; columns ${cols};`);
  out.add('line = 0;');
  out.end();
  for (const [name, key] of chars) out.add(`${name} = ${charText(key === null ? -1 : termios.chars[key])};`);
  out.add(`min = ${termios.min}; time = ${termios.time};`);
  out.end();
  for (const group of groups) {
    for (const mode of modes) if (mode.group === group) out.add(`${isOn(mode, termios) ? '' : '-'}${mode.name}`);
    out.end();
  }
  return out.text;
}

export function showChanged(termios: Termios, width: number): string {
  const out = new Wrapper(width);
  out.add(`speed ${termios.speed ?? 38_400} baud;`);
  out.add('line = 0;');
  out.end();
  for (const [name, key, sane] of chars) {
    const value = key === null ? -1 : termios.chars[key];
    if (value !== sane) out.add(`${name} = ${charText(value)};`);
  }
  if (!termios.icanon) out.add(`min = ${termios.min}; time = ${termios.time};`);
  out.end();
  for (const group of groups) {
    for (const mode of modes) {
      if (mode.group !== group || mode.sane === null || mode.sane === isOn(mode, termios)) continue;
      out.add(`${mode.sane ? '-' : ''}${mode.name}`);
    }
    out.end();
  }
  return out.text;
}

function charText(value: number): string {
  if (value < 0) return '<undef>';
  const low = value & 0x7f;
  const shown = low < 32 ? `^${String.fromCharCode(low + 64)}` : low === 127 ? '^?' : String.fromCharCode(low);
  return value >= 128 ? `M-${shown}` : shown;
}

/** All of it as hexadecimal numbers (stty -g). */
export function saved(termios: Termios): string {
  const bits = (group: Group) =>
    modes.filter((mode) => mode.group === group && isOn(mode, termios)).reduce((sum, { bit }) => sum + bit, 0);
  const code = speeds.find(([baud]) => baud === (termios.speed ?? 38_400))?.[1] ?? 15;
  const numbers: number[] = new Array(charCount).fill(0);
  for (const [, key, , place] of chars) if (key !== null) numbers[place] = Math.max(0, termios.chars[key]);
  numbers[timePlace] = termios.time;
  numbers[minPlace] = termios.min;
  const flags = [bits('input'), bits('output'), bits('control') + code, bits('local')];
  return [...flags, ...numbers].map((number) => number.toString(16)).join(':');
}

/** What `saved` made; null for anything else. */
export function restored(text: string, termios: Termios): Termios | null {
  if (!/^[0-9a-f]+(:[0-9a-f]+){35}$/i.test(text)) return null;
  const [input = 0, output = 0, control = 0, local = 0, ...numbers] = text
    .split(':')
    .map((part) => Number.parseInt(part, 16));
  const words = { control, input, output, local };
  const result: Termios = { ...termios, chars: { ...termios.chars } };
  for (const { group, bit, flag } of modes) if (flag !== null) result[flag] = (words[group] & bit) !== 0;
  for (const [, key, , place] of chars) if (key !== null) result.chars[key] = numbers[place] || -1;
  result.time = numbers[timePlace] ?? 0;
  result.min = numbers[minPlace] ?? 1;
  const baud = speeds.find(([, code]) => code === (control & 0o10017))?.[0];
  return baud === undefined ? result : { ...result, speed: baud };
}
