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

/** For simulated labs in threads of the server. */
export interface ThreadSettings {
  labsPerThread: number;
  /** Memory a thread may hold. */
  megabytes: number;
  /** A thread that does not answer for so long is ended. */
  patienceMs: number;
}

const Threads = z.object({
  UNDERLAY_LABS_PER_THREAD: whole.min(1).default(8),
  UNDERLAY_THREAD_MB: whole.min(128).default(1024),
});
const patienceMs = 15_000;

const Place = z.object({ UNDERLAY_SIMULATOR: z.enum(['browser', 'server']).default('browser') });

/** Throws with the variable's name when a value cannot be used. */
export function readHostSettings(env: NodeJS.ProcessEnv): HostSettings {
  const settings = read(Settings, env);
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

/** Throws as `readHostSettings`. */
export function readThreadSettings(env: NodeJS.ProcessEnv): ThreadSettings {
  const settings = read(Threads, env);
  return { labsPerThread: settings.UNDERLAY_LABS_PER_THREAD, megabytes: settings.UNDERLAY_THREAD_MB, patienceMs };
}

/** Where pages of this server run their simulated labs. Throws as `readHostSettings`. */
export function readSimulatorPlace(env: NodeJS.ProcessEnv): 'browser' | 'server' {
  return read(Place, env).UNDERLAY_SIMULATOR;
}

function read<T>(schema: z.ZodType<T>, env: NodeJS.ProcessEnv): T {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`the environment variable ${issue?.path.join('.')} cannot be used: ${issue?.message}`);
}
