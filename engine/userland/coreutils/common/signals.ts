/** Signals by name or number, as timeout, env and kill take them. */
import { type Signal, type SignalName, signalNumbers } from '../../../kernel/sim';

/** `TERM`, `sigterm`, `15`, `RTMIN+1`, `0`; null when there is no such signal. */
export function parseSignalName(text: string): Signal | null {
  if (/^\d+$/.test(text)) {
    const number = Number(text) > 128 ? Number(text) & 0x7f : Number(text);
    return number <= 64 ? number : null;
  }
  const name = text.toUpperCase().replace(/^SIG/, '');
  const realTime = /^RT(MIN|MAX)([+-]\d+)?$/.exec(name);
  if (realTime) return (realTime[1] === 'MIN' ? 34 : 64) + Number(realTime[2] ?? 0);
  const full = `SIG${name}`;
  return isSignal(full) ? signalNumbers[full] : null;
}

function isSignal(name: string): name is SignalName {
  return name in signalNumbers;
}
