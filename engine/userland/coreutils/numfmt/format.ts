/** Writing the numbers of numfmt. */
export type Scale = 'none' | 'si' | 'iec' | 'iec-i';
export type Rounding = 'up' | 'down' | 'from-zero' | 'towards-zero' | 'nearest';

export interface FormatOptions {
  to: Scale;
  rounding: Rounding;
  precision: number | null;
  /** Places after the point the number came with. */
  digits: number;
}

const letters = ['', 'K', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];

export function formatNumber(value: number, { to, rounding, precision, digits }: FormatOptions): string {
  if (to === 'none') {
    const places = precision ?? digits;
    return scaled(value, places, rounding);
  }
  const base = to === 'si' ? 1000 : 1024;
  let power = 0;
  let amount = value;
  while (Math.abs(amount) >= base && power < letters.length - 1) {
    amount /= base;
    power++;
  }
  let places = precision ?? (power > 0 && Math.abs(amount) < 10 ? 1 : 0);
  let rounded = round(amount, places, rounding);
  if (Math.abs(rounded) >= base && power < letters.length - 1) {
    rounded /= base;
    power++;
    places = precision ?? 1;
  } else if (precision === null && power > 0 && places === 1 && Math.abs(rounded) >= 10) places = 0;
  if (precision !== null && power === 0) places = precision;
  const letter = letters[power] ?? '';
  return `${rounded.toFixed(power === 0 && precision === null ? 0 : places)}${letter}${to === 'iec-i' && power > 0 ? 'i' : ''}`;
}

function scaled(value: number, places: number, rounding: Rounding): string {
  return round(value, places, rounding).toFixed(places);
}

function round(value: number, places: number, rounding: Rounding): number {
  const factor = 10 ** places;
  const shifted = Number((value * factor).toPrecision(15));
  switch (rounding) {
    case 'up':
      return Math.ceil(shifted) / factor;
    case 'down':
      return Math.floor(shifted) / factor;
    case 'from-zero':
      return (shifted < 0 ? Math.floor(shifted) : Math.ceil(shifted)) / factor;
    case 'towards-zero':
      return Math.trunc(shifted) / factor;
    case 'nearest':
      return (Math.sign(shifted) * Math.round(Math.abs(shifted))) / factor;
  }
}
