/** What an operator may set by environment variables. Times are in milliseconds; `0` means no limit. */
import * as z from 'zod';
import type { LabLimits } from '../engine/kernel';
import { defaultLabLimits, defaultLimits, type LimitOptions } from './lab';

export interface HostSettings {
  maxLabs: number;
  limits: LabLimits;
  times: LimitOptions;
  graceMs: number;
}

const whole = z.coerce.number().int().nonnegative();
const Settings = z.object({
  UNDERLAY_MAX_LABS: whole.min(1).default(60),
  UNDERLAY_IDLE_MS: whole.default(defaultLimits.idleMs ?? 0),
  UNDERLAY_TOTAL_MS: whole.default(defaultLimits.totalMs ?? 0),
  UNDERLAY_EXTENSION_MS: whole.default(defaultLimits.extensionMs),
  UNDERLAY_EXTENSIONS: whole.default(defaultLimits.extensions),
  /** How long a lab waits for its page to come back. */
  UNDERLAY_GRACE_MS: whole.default(10 * 60_000),
});

/** Throws with the variable's name when a value cannot be used. */
export function readHostSettings(env: NodeJS.ProcessEnv): HostSettings {
  const parsed = Settings.safeParse(env);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`the environment variable ${issue?.path.join('.')} cannot be used: ${issue?.message}`);
  }
  const settings = parsed.data;
  return {
    maxLabs: settings.UNDERLAY_MAX_LABS,
    limits: defaultLabLimits,
    times: {
      idleMs: settings.UNDERLAY_IDLE_MS || null,
      totalMs: settings.UNDERLAY_TOTAL_MS || null,
      extensionMs: settings.UNDERLAY_EXTENSION_MS,
      extensions: settings.UNDERLAY_EXTENSIONS,
    },
    graceMs: settings.UNDERLAY_GRACE_MS,
  };
}
