/**
 * `npm run lessons:test [-- --kernel linux|sim] [--lesson 1.1] [--task ID] [--rounds N] [--jobs N] [--json FILE]`
 *
 * Does every lesson as a learner would, in real labs: the start state is red, each task turns green by each of its
 * solutions and not before, each pitfall leaves it red and raises its hint, and nothing is left behind. Every round is a
 * different learner, with other names and values; all rounds must agree. Exit code 1 when something is wrong.
 */
import { writeFile } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type LessonDefinition, lessonByNumber, lessons } from '../lessons';
import { createHostDriver, type Driver } from '../sandbox';
import { attempt, type Outcome } from './lessons-test/attempt';
import { hostFor, type KernelName, kernels, prepareHost } from './lessons-test/host';
import { holdings, leftBehind } from './lessons-test/leaks';
import { fickle, lineFor, type Report, reportOn } from './lessons-test/report';
import { type Trial, trialsOf } from './lessons-test/trials';

const program = new Command('lessons:test')
  .addOption(new Option('--kernel <name>', 'where the labs run').choices(kernels).default('linux'))
  .option('--lesson <number...>', 'only these lessons, for example 1.1')
  .option('--task <id...>', 'only the trials of these tasks')
  .option('--rounds <count>', 'how often all of it is done', count, 2)
  .option('--jobs <count>', 'labs at a time: they wait most of the time', count, 4)
  .option('--json <file>', 'also writes the result there')
  .parse();
const options = program.opts<{
  kernel: KernelName;
  lesson?: string[];
  task?: string[];
  rounds: number;
  jobs: number;
  json?: string;
}>();

const report = await run();
if (options.json) await writeFile(options.json, `${JSON.stringify(report, null, 2)}\n`);
for (const note of report.notes) console.log(note);
const { p95Ms, medianMs, maxMs, count: times } = report.green;
if (p95Ms !== null) {
  console.log(`From command to green, ${times} times: median ${medianMs} ms, p95 ${p95Ms} ms, longest ${maxMs} ms`);
}
console.log(`${report.passed} passed, ${report.failed} failed, ${report.skipped} skipped`);
// Set, not exit(): what was printed has to reach a pipe first.
process.exitCode = report.failed > 0 ? 1 : 0;

async function run(): Promise<Report> {
  const chosen = chooseTrials();
  await prepareHost(options.kernel);
  const host = hostFor(options.kernel);
  const availability = host.availability();
  if (!availability.available) return reportOn([], chosen.length, [`Skipped: ${availability.reason}`]);
  const driver = createHostDriver({ host });
  await driver.prepare();
  // What the first lab of a process opens once and for all is no leak.
  for (const trial of chosen.slice(0, 1)) {
    await attempt(driver, { ...trial, before: [], steps: [], task: null }, 'lessons-test-0');
  }
  const before = await holdings();
  const rounds: Outcome[][] = [];
  for (let round = 1; round <= options.rounds; round++) {
    rounds.push(await doAll(driver, chosen, `lessons-test-${round}`));
  }
  await driver.dispose('The test is over.');
  const unsteady = fickle(rounds).map((name) => `Not the same in every round: ${name}`);
  const leaked = leftBehind(before, await holdings()).map((what) => `Left behind: ${what}`);
  const result = reportOn(rounds, 0, [...unsteady, ...leaked]);
  return { ...result, failed: result.failed + leaked.length };
}

function chooseTrials(): Trial[] {
  const known = chooseLessons().flatMap(trialsOf);
  const { task: ids } = options;
  if (!ids) return known;
  const unknown = ids.find((id) => !known.some(({ task }) => task?.id === id));
  if (unknown !== undefined) program.error(`there is no task "${unknown}" in the chosen lessons`);
  return known.filter(({ task }) => task && ids.includes(task.id));
}

function chooseLessons(): readonly LessonDefinition[] {
  const { lesson: numbers } = options;
  if (!numbers) return lessons;
  const unknown = numbers.find((number) => !lessonByNumber(number));
  if (unknown !== undefined) {
    program.error(`there is no lesson ${unknown}; there are ${lessons.map(({ number }) => number).join(', ')}`);
  }
  return lessons.filter(({ number }) => numbers.includes(number));
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('a whole number, 1 or more, is wanted');
  return number;
}

/** All trials, a few at a time; outcomes in the order of the trials. */
async function doAll(driver: Driver, trials: readonly Trial[], name: string): Promise<Outcome[]> {
  const outcomes = new Map<Trial, Outcome>();
  const queue = [...trials];
  const work = async () => {
    for (let trial = queue.shift(); trial; trial = queue.shift()) {
      const outcome = await attempt(driver, trial, name);
      outcomes.set(trial, outcome);
      console.log(lineFor(outcome));
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, work));
  return trials.flatMap((trial) => outcomes.get(trial) ?? []);
}
