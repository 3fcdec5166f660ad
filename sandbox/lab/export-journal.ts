/** Makes the file of a recording (`recording.ts` reads it), without the schemas that check one: labs in a tab need only this. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { Action, LabLimits, PlacedAction, Simulation } from '../../engine/kernel';
import type { LabState } from '../../engine/state';
import { toBase64 } from './base64';
import type { Recording } from './recording';

export interface RecordingFacts {
  lesson: string;
  lab: string;
  learner: string;
  limits: LabLimits;
  tasks: Recording['claim']['tasks'];
}

export function exportJournal(simulation: Simulation, state: LabState, { tasks, ...facts }: RecordingFacts) {
  const { now, step } = simulation.time;
  const end = { step, at: now, mark: simulation.mark() };
  return {
    format: 'underlay-recording' as const,
    version: 1 as const,
    ...facts,
    seed: simulation.seed,
    epoch: simulation.epoch,
    actions: simulation.actions.map(({ action, ...rest }: PlacedAction) => ({ ...rest, action: toText(action) })),
    end,
    claim: { tasks, hash: stateHash(state, end.mark) },
  };
}

/** SHA-256 of a state (its keys in order) and the mark that goes with it, in hexadecimal. */
export function stateHash(state: LabState, mark: string): string {
  return bytesToHex(sha256(new TextEncoder().encode(`${mark}\n${canonical(state)}`)));
}

/** JSON with the keys of every object in order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(',')}}`;
}

function toText(action: Action) {
  switch (action.do) {
    case 'terminal.write':
      return { ...action, data: toBase64(action.data) };
    case 'spawn':
      return { ...action, stdin: toBase64(action.stdin) };
    case 'file.write':
      return { ...action, content: toBase64(action.content) };
    default:
      return action;
  }
}
