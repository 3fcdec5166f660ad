/** How nft(8) is to write things, and how it writes times. */
export interface PrintOptions {
  /** `-a`: with handles. */
  handles?: boolean;
  /** `-s`: without counters. */
  stateless?: boolean;
  /** `-n`: priorities as numbers. */
  numeric?: boolean;
  /** Nanoseconds of the lab's clock, for elements that expire. */
  now?: number;
}

/** `1d2h3m4s`. */
export function timeText(seconds: number): string {
  const units = [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const;
  let rest = seconds;
  let text = '';
  for (const [unit, size] of units) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) text += `${count}${unit}`;
  }
  return text === '' ? '0s' : text;
}
