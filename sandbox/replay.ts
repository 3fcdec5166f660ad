/** Grading without trust: a recorded lab is played again, and only what is seen then counts. */
import { Divergence, Replay } from '../engine/kernel/sim';
import { openEngineSource } from '../engine/observe';
import { imageEntries, loadPrograms, program } from '../engine/programs/simulated';
import type { LessonDefinition } from '../lessons';
import type { Clock, LessonFiles } from './lab';
import { stateHash } from './lab/export-journal';
import { createLabHandle } from './lab/handle';
import { planFor } from './lab/plan';
import type { Recording } from './lab/recording';
import { Tasks } from './lab/tasks';

export type Verdict =
  | { ok: true; tasks: Recording['claim']['tasks']; hash: string }
  /** `difference` is the first one, in words. */
  | { ok: false; difference: string };

export interface ReplayOptions {
  recording: Recording;
  lesson: LessonDefinition;
  files: LessonFiles;
  clock: Clock;
}

/** Errors: `LabError` `boot-failed` when the lesson itself cannot be started. */
export async function replay({ recording, lesson, files, clock }: ReplayOptions): Promise<Verdict> {
  const { learner, lab: id, limits, seed, epoch } = recording;
  const { spec, vars } = planFor(lesson, { learner, id, files, limits });
  await loadPrograms();
  const turn = () => new Promise<void>((resolve) => clock.soon(resolve));
  const played = await Replay.boot(
    { spec, seed, epoch, image: await imageEntries(), programs: program, openSource: openEngineSource, turn },
    recording.actions,
    recording.end,
  );
  const tasks = new Tasks({
    lesson,
    vars,
    clock,
    handle: (watched) => createLabHandle(played, played.state, watched),
    onChange: () => undefined,
    onError: () => undefined,
  });
  try {
    played.onState(() => tasks.stateChanged());
    tasks.stateChanged();
    await tasks.settled();
    while (await played.play()) await tasks.settled();
    tasks.stateChanged();
    await tasks.settled();
  } catch (error) {
    if (!(error instanceof Divergence)) throw error;
    return { ok: false, difference: inWords(error, recording) };
  } finally {
    tasks.dispose();
  }
  const results = Object.fromEntries(tasks.views().map(({ id: task, status }) => [task, status]));
  const hash = stateHash(played.state, played.mark());
  const difference = compareClaims(recording.claim, results, hash);
  return difference === null ? { ok: true, tasks: results, hash } : { ok: false, difference };
}

function inWords({ action, expected, found }: Divergence, { actions }: Recording): string {
  const placed = actions[action];
  if (!placed) return `the end of the recording: it says ${expected}, playing it gives ${found}`;
  const seconds = (placed.at / 1e9).toFixed(3);
  return `action ${action} (${placed.action.do}) at ${seconds} s: the recording says ${expected}, playing it gives ${found}`;
}

function compareClaims(claim: Recording['claim'], tasks: Recording['claim']['tasks'], hash: string): string | null {
  for (const [id, status] of Object.entries(tasks)) {
    const claimed = claim.tasks[id];
    if (claimed !== status)
      return `task ${id}: the recording claims ${claimed ?? 'nothing'}, playing it gives ${status}`;
  }
  return claim.hash === hash
    ? null
    : `the state at the end: the recording claims ${claim.hash}, playing it gives ${hash}`;
}
