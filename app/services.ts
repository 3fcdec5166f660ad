/**
 * What the server lends to the route handlers. Next bundles those apart from `server.ts`, so a module's variable would
 * exist twice; the process's global object exists once.
 */
import type { ProgressStore } from './progress';

/** A place where labs can run, and when they can't, why not and what would make it possible. */
export type Mode = {
  name: 'real' | 'simulated';
  /** Of the simulator: `browser` when left out. */
  place?: 'browser' | 'server';
} & ({ available: true } | { available: false; reason: string });

export interface Services {
  progress: ProgressStore;
  modes(): Mode[];
}

declare global {
  var underlayServices: Services | undefined;
}

/** Called once by the server before it listens. */
export function provideServices(services: Services): void {
  globalThis.underlayServices = services;
}

/** Undefined when the pages are served without the lab server (`next start`, `next dev`). */
export function services(): Services | undefined {
  return globalThis.underlayServices;
}
