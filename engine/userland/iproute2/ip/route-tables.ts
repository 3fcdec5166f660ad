/** Names of routing tables (/etc/iproute2/rt_tables). */
import { invalid } from './context';

const tables = new Map([
  ['default', 253],
  ['main', 254],
  ['local', 255],
]);

export function tableNumber(text: string, message = '"table" value is invalid'): number {
  const known = tables.get(text);
  if (known !== undefined) return known;
  if (!/^\d+$/.test(text)) throw invalid(message, text);
  return Number(text);
}

export function tableName(table: number): string {
  for (const [name, number] of tables) if (number === table) return name;
  return String(table);
}
