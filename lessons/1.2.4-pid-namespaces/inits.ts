/** What the tasks of this lesson share: the learner's values, and the processes that are number 1 somewhere. */
import { isMadeInit, type LabState, type Process, processesRunning } from '../../engine/state';
import type { Picker } from '../vars';

/** A type, not an interface: only a type is assignable to `Vars`. */
export type Names = {
  /** Seconds that tell the learner's sleeping processes apart: of the nested one, of the hydra's heads, of the challenge. */
  seconds: string;
  life: string;
  patience: string;
  zombies: string;
  /** The number wanted in the challenge. */
  number: string;
};

export function pickNames(pick: Picker): Names {
  return {
    seconds: String(pick.int(2000, 2999)),
    life: String(pick.int(7000, 7999)),
    patience: String(pick.int(5000, 5999)),
    zombies: String(pick.int(3, 6)),
    number: String(pick.int(30, 60)),
  };
}

/** SIGTERM (signal(7)). */
export const TERM = 15;

/** Processes that are number 1 of a pid namespace below the Machine's, without the one the setup started. */
export function inits(state: LabState): Process[] {
  return Object.values(state.processes).filter(
    (process) => isMadeInit(process) && !process.args.includes('/opt/hydra'),
  );
}

export function zombiesIn(state: LabState): Process[] {
  return Object.values(state.processes).filter((process) => process.state === 'zombie');
}

/** Number 1 of the namespace the hydra lives in. */
export function hydraInit(state: LabState): Process | undefined {
  return Object.values(state.processes).find((process) => isMadeInit(process) && process.args.includes('/opt/hydra'));
}

export function sleepers(state: LabState, seconds: string): Process[] {
  return processesRunning(state, 'sleep', seconds);
}
