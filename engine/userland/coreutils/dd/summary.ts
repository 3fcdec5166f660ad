/** What dd says when it is done: records, bytes, time and speed. */
import { floatOf, formatFloat } from '../../lib/float';

const siLetters = ['', 'k', 'M', 'G', 'T', 'P', 'E'];
const iecLetters = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** `nanoseconds` since it began. */
export function transferLine(bytes: number, nanoseconds: number): string {
  const seconds = nanoseconds / 1e9;
  const [si, iec] = [sizeText(bytes, 1000), sizeText(bytes, 1024)];
  const sizes = bytes < 1000 ? '' : bytes < 1024 ? ` (${si})` : ` (${si}, ${iec})`;
  const elapsed = formatFloat(floatOf(seconds), 'g', { flags: '', width: 0, precision: 6 });
  const rate = nanoseconds > 0 ? `${rateText(bytes / seconds)}/s` : 'Infinity B/s';
  return `${bytes} byte${bytes === 1 ? '' : 's'}${sizes} copied, ${elapsed} s, ${rate}`;
}

/** To the nearest, one decimal below 10. */
function sizeText(bytes: number, base: 1000 | 1024): string {
  if (bytes < base) return `${bytes} B`;
  let [amount, power] = [bytes, 0];
  while (amount >= base && power < siLetters.length - 1) {
    amount /= base;
    power++;
  }
  const tenths = roundEven(amount * 10);
  let number = tenths < 100 ? (tenths / 10).toFixed(1) : String(roundEven(amount));
  if (number === String(base) && power < siLetters.length - 1) {
    number = '1.0';
    power++;
  }
  return `${number} ${(base === 1000 ? siLetters : iecLetters)[power]}B`;
}

/** Speeds are never told in plain bytes. */
function rateText(rate: number): string {
  let [amount, power] = [rate / 1000, 1];
  while (amount >= 1000 && power < siLetters.length - 1) {
    amount /= 1000;
    power++;
  }
  const short = (roundEven(amount * 10) / 10).toFixed(1);
  return `${short.length > 4 ? roundEven(amount) : short} ${siLetters[power]}B`;
}

function roundEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
