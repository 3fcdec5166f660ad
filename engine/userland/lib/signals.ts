/** Names and numbers of signals as kill, pkill and their like take them. */
import { type Signal, type SignalName, signalNumbers } from '../../kernel/sim';

/** `TERM`, `sigterm`, `15`, `0`, `RTMIN+1`; null when there is no such signal. */
export function signalFrom(text: string): Signal | null {
  if (/^\d+$/.test(text)) return Number(text) <= 64 ? Number(text) : null;
  const name = text.toUpperCase().replace(/^SIG/, '');
  if (name === 'POLL') return signalNumbers.SIGIO;
  const realTime = /^RT(MIN|MAX)([+-]\d+)?$/.exec(name);
  if (realTime) return (realTime[1] === 'MIN' ? 34 : 64) + Number(realTime[2] ?? 0);
  const full = `SIG${name}`;
  return isSignal(full) ? signalNumbers[full] : null;
}

function isSignal(name: string): name is SignalName {
  return Object.hasOwn(signalNumbers, name);
}

const shortNames = new Map<number, string>(
  Object.entries(signalNumbers).map(([name, number]) => [number, name === 'SIGIO' ? 'POLL' : name.slice(3)]),
);

/** `TERM` for 15, `POLL` for 29. */
export function shortSignalName(signal: Signal): string | undefined {
  return shortNames.get(signal);
}
