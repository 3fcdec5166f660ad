/** The names of the standard signals, as psmisc lists them. */
import { shortSignalName } from '../lib/signals';

const lineWidth = 78;

export function signalList(): string {
  const lines = [''];
  for (let number = 1; number <= 31; number++) {
    const name = shortSignalName(number) ?? '';
    const last = lines.at(-1) ?? '';
    if (last === '') lines[lines.length - 1] = name;
    else if (last.length + 1 + name.length < lineWidth) lines[lines.length - 1] = `${last} ${name}`;
    else lines.push(name);
  }
  return `${lines.join('\n')}\n`;
}
