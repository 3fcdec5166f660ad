/** The life of a container: its states, and the operations between them (OCI runtime spec, runtime.md: State, Lifecycle). */
import type { ContainerStatus } from '../../../engine/state';

/** `none`: before it was created; `gone`: after it was deleted. */
export type Place = 'none' | ContainerStatus | 'gone';

export const places = ['creating', 'created', 'running', 'paused', 'stopped', 'gone'] as const satisfies Place[];

export const placeTexts: Record<(typeof places)[number], string> = {
  creating: 'its namespaces, mounts and process are being made',
  created: 'all is made; init waits to be started',
  running: 'init has executed the program it was made for',
  paused: 'its cgroup is frozen',
  stopped: 'its process has ended; its state is kept',
  gone: 'nothing is left of it',
};

export interface Step {
  from: Place;
  to: Place;
  /** The command of the runtime, or what happens without one. */
  by: string;
}

export const steps: readonly Step[] = [
  { from: 'none', to: 'creating', by: 'create' },
  { from: 'creating', to: 'created', by: 'is made' },
  { from: 'created', to: 'running', by: 'start' },
  { from: 'running', to: 'paused', by: 'pause' },
  { from: 'paused', to: 'running', by: 'resume' },
  { from: 'running', to: 'stopped', by: 'kill or exit' },
  { from: 'created', to: 'stopped', by: 'kill' },
  { from: 'paused', to: 'stopped', by: 'kill' },
  { from: 'stopped', to: 'gone', by: 'delete' },
];

/** The shortest way between two places; empty when there is none. What had ended before anybody saw it has been running. */
export function wayBetween(from: Place, to: Place): Step[] {
  if (from === 'none' && to === 'stopped') return [...wayBetween(from, 'running'), ...wayBetween('running', to)];
  const ways = new Map<Place, Step[]>([[from, []]]);
  for (const [place, way] of ways) {
    if (place === to) return way;
    for (const step of steps) if (step.from === place && !ways.has(step.to)) ways.set(step.to, [...way, step]);
  }
  return [];
}
