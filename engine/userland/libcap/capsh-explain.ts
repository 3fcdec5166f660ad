/** `capsh --explain` and `--suggest`. */
import { type Blocking, capabilityNames, type Sys } from '../../kernel/sim';
import { writeAll } from '../lib/io';
import { descriptions } from './descriptions';
import { bit, nameOf, numberOf } from './sets';

/** False when there is no such capability. */
export function* explain(sys: Sys, value: string): Blocking<boolean> {
  const number = numberOf(value);
  if (number === null) return false;
  yield* writeAll(sys, 1, text(number));
  return true;
}

/** All whose name or description has the word. */
export function* suggest(sys: Sys, word: string): Blocking<void> {
  const wanted = word.toLowerCase();
  for (const [number, name] of capabilityNames.entries()) {
    if (!`cap_${name} ${descriptions[name]}`.toLowerCase().includes(wanted)) continue;
    yield* writeAll(sys, 1, `${text(number)}\n`);
  }
}

function text(number: number): string {
  const name = capabilityNames[number];
  const mask = bit(number).toString(16).padStart(16, '0');
  const body = name === undefined ? '' : `\n    ${descriptions[name]}\n`;
  return `${nameOf(number)} (${number}) [/proc/self/status:CapXXX: 0x${mask}]\n${body}`;
}
