/** Time left in a lab, in words. */
import type { LabView } from '../../sandbox/client';

/** Milliseconds until the lab ends if nothing is done, or null when no limit is set. `now` is the client's clock. */
export function timeLeft(times: LabView['times'], now: number): number | null {
  if (times === null) return null;
  const limits = [times.idleMs, times.totalMs].filter((limit) => limit !== null);
  return limits.length === 0 ? null : Math.max(0, Math.min(...limits) - (now - times.toldAt));
}

/** `1:02:03`, `59:08`. */
export function clockText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}
