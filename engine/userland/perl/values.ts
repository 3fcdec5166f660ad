export type Value = number | string | undefined;

export function isTrue(value: Value): boolean {
  return value !== undefined && value !== '' && value !== 0 && value !== '0';
}

export function toNumber(value: Value): number {
  if (typeof value === 'number') return value;
  return Number(/^\s*[-+]?(\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+)/.exec(value ?? '')?.[0] ?? 0);
}

export function toText(value: Value): string {
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  if (Number.isInteger(value) && Math.abs(value) < 1e20) return String(BigInt(value));
  const text = String(Number(value.toPrecision(15)));
  return text.replace(/e([-+])(\d)$/, 'e$10$2');
}
