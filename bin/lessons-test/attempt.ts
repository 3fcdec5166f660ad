/** Does one trial in a lab of its own, and says what came of it. */
import { maskedState } from '../../engine/state/masked-state';
import type { Driver } from '../../sandbox';
import { sleep } from './keyboard';
import { Learner } from './learner';
import type { Leg, Trial } from './trials';

/** A check has this long to notice. Far more than it should take: speed is reported, not judged here. */
const defaultPatienceMs = 30_000;
/** After each step under test: time for the task to turn green before the next step begins. */
const pauseMs = 250;
/** A state that has not changed for so long will not change by itself. */
const settleMs = 200;
const longestTrialMs = 120_000;

export interface Outcome {
  trial: Trial;
  ok: boolean;
  /** What went wrong; empty when nothing did. */
  reason: string;
  transcript: string;
  /** Milliseconds from the end of the command to green, for each task that the trial turned green. */
  delays: Array<{ task: string; ms: number }>;
  /** What was true at the end of a journey (see `maskedState`); null for other trials. */
  facts: string[] | null;
  /** The whole trial, boot and removal included, in milliseconds. */
  tookMs: number;
}

/** `patienceMs` is how long a task may take to turn green, or a hint to come, once everything is typed. */
export async function attempt(
  driver: Driver,
  trial: Trial,
  name: string,
  patienceMs = defaultPatienceMs,
): Promise<Outcome> {
  const startedAt = performance.now();
  const learner = new Learner(driver, trial.lesson.number, name);
  const delays: Outcome['delays'] = [];
  let reason = '';
  try {
    await withinTime(doTrial(learner, trial, patienceMs, delays));
    reason = (await learner.checkErrors()).join('; ');
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  const transcript = learner.transcript();
  const facts = trial.kind === 'journey' ? await settledFacts(learner) : null;
  await learner.leave();
  return { trial, ok: reason === '', reason, transcript, delays, facts, tookMs: performance.now() - startedAt };
}

/** Once they have not changed for a while. */
async function settledFacts(learner: Learner): Promise<string[]> {
  let facts = maskedState(learner.state);
  let same = 0;
  for (const deadline = performance.now() + defaultPatienceMs; same < 3 && performance.now() < deadline; ) {
    await sleep(2 * settleMs);
    const next = maskedState(learner.state);
    same = next.join() === facts.join() ? same + 1 : 0;
    facts = next;
  }
  return facts;
}

async function doTrial(learner: Learner, trial: Trial, patienceMs: number, delays: Outcome['delays']): Promise<void> {
  await learner.begin();
  await sleep(settleMs);
  if (learner.done.length > 0) throw new Error(`green at the start: ${learner.done.join(', ')}`);
  for (const leg of trial.before) await walk(learner, leg, patienceMs, trial.kind === 'journey' ? delays : null);
  const { task } = trial;
  if (!task) return;
  await expectRed(learner, task.id, 'before its own solution');
  if (trial.hint !== null) {
    // A wrong answer must not be right for a moment either, on the way to its end.
    await learner.type(trial.steps, () => sleep(settleMs));
    return expectHint(learner, task.id, trial.hint, patienceMs);
  }
  await learner.type(trial.steps, () => pauseUntilGreen(learner, task.id));
  delays.push(...(await expectGreen(learner, task.id, patienceMs)));
}

/** One task by its first way. Its delay is noted when `delays` is given. */
async function walk(
  learner: Learner,
  { task, way }: Leg,
  patienceMs: number,
  delays: Outcome['delays'] | null,
): Promise<void> {
  if (delays) await expectRed(learner, task.id, 'before its own solution');
  await learner.type(way.steps, async () => {
    if (delays) await pauseUntilGreen(learner, task.id);
  });
  const noticed = await expectGreen(learner, task.id, patienceMs);
  delays?.push(...noticed);
}

async function pauseUntilGreen(learner: Learner, task: string): Promise<void> {
  if (learner.status(task) !== 'done') await learner.becomesGreen(task, pauseMs);
}

async function expectGreen(learner: Learner, task: string, patienceMs: number): Promise<Outcome['delays']> {
  if (!(await learner.becomesGreen(task, patienceMs))) {
    const { hint, text } = await learner.hint(task);
    throw new Error(`${task} is still ${learner.status(task)}; its hint is ${hint}: ${text}`);
  }
  const ms = learner.delayOf(task);
  return ms === null ? [] : [{ task, ms }];
}

async function expectRed(learner: Learner, task: string, when: string): Promise<void> {
  await sleep(settleMs);
  if (learner.status(task) !== 'open') throw new Error(`${task} is ${learner.status(task)} ${when}`);
}

async function expectHint(learner: Learner, task: string, expected: string, patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  let given = await learner.hint(task);
  while (given.hint !== expected && performance.now() < deadline) {
    await sleep(pauseMs);
    given = await learner.hint(task);
  }
  await sleep(settleMs);
  if (learner.status(task) === 'done') throw new Error(`${task} is green after a wrong answer`);
  if (given.hint !== expected) {
    throw new Error(`${task} should raise the hint ${expected}, but gives ${given.hint}: ${given.text}`);
  }
}

async function withinTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${longestTrialMs / 1000} s`)), longestTrialMs);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
