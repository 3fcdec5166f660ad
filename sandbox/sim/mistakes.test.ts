/** The simulator's own mistakes: whoever runs the lab hears of them, pages are told, and other processes go on. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultInterpreter, makeImage, type Program, SimHost } from '../../engine/kernel/sim';
import { imageEntries, program } from '../../engine/programs/simulated';
import { defaultLabLimits, defaultLimits, systemClock } from '../lab';
import { Labs } from '../labs';
import { hello, TestPage } from '../testing/labs';
import { testLesson } from '../testing/lesson';

const broken: Program = function* (sys) {
  yield* sys.checkpoint();
  return fail();
};

function fail(): never {
  throw new TypeError('undefined is not a thing');
}

let labs: Labs;
let heard: unknown[];
let alive: NodeJS.Timeout;
/** Called in the middle of a step of the kernel. */
let inTheKernel: () => void;

beforeEach(async () => {
  // Timers of a lab keep no process alive.
  alive = setInterval(() => undefined, 1000);
  heard = [];
  inTheKernel = () => undefined;
  const image = makeImage('broken', defaultInterpreter);
  const host = new SimHost({
    image: [
      ...(await imageEntries()),
      { path: '/usr/bin/broken', mode: 0o755, uid: 0, gid: 0, content: { kind: 'file', bytes: image } },
    ],
    programs: (name) => (name === 'broken' ? broken : program(name)),
    wallClock: () => Date.UTC(2026, 0, 1),
    pace: systemClock,
  });
  labs = new Labs({
    host: {
      name: 'sim',
      availability: () => host.availability(),
      sweep: () => host.sweep(),
      async boot(spec) {
        const lab = await host.boot(spec);
        lab.onState(() => inTheKernel());
        return lab;
      },
    },
    lessonByNumber: () => testLesson,
    readFiles: async () => ({}),
    maxLabs: 1,
    limits: defaultLabLimits,
    times: defaultLimits,
    graceMs: 60_000,
    clock: systemClock,
    newId: () => 'mistaken',
    onTaskChange: () => undefined,
    onMistake: (error) => heard.push(error),
  });
});
afterEach(async () => {
  clearInterval(alive);
  await labs.dispose('The test is over.');
});

async function open(): Promise<TestPage> {
  const page = new TestPage(labs);
  page.send(hello());
  await page.next('ready');
  page.send({ type: 'terminal.attach', terminal: 't1', from: 0, cols: 80, rows: 24 });
  return page;
}

function typeInto(page: TestPage, text: string, offset = 0): void {
  page.send({ type: 'terminal.input', terminal: 't1', client: 'page', offset, data: new TextEncoder().encode(text) });
}

async function untilShown(page: TestPage, wanted: string): Promise<void> {
  const decoder = new TextDecoder();
  const shown = () =>
    page
      .all('terminal.output')
      .map(({ data }) => decoder.decode(data))
      .join('');
  while (!shown().includes(wanted)) await new Promise((resolve) => setTimeout(resolve, 2));
}

test('a program that throws ends as by SIGSEGV, is told of, and the lab goes on', async () => {
  const page = await open();
  const line = 'broken; echo "status $?"\r';
  typeInto(page, line);
  await untilShown(page, 'status 139');
  await untilShown(page, 'Segmentation fault');
  const { code, message } = await page.next('error');
  expect(code).toBe('internal');
  expect(message).toMatch(
    /^The simulator has made a mistake \(TypeError: undefined is not a thing\): broken \(process \d+\) was ended as by SIGSEGV; the lab goes on\.$/,
  );
  expect(heard).toEqual([new TypeError('undefined is not a thing')]);
  typeInto(page, 'echo $((40 + 2))\r', line.length);
  await untilShown(page, '42');
  expect(page.all('error')).toHaveLength(1);
});

test('a kernel that throws ends its lab, with the reason, and leaves its place to another', async () => {
  const page = await open();
  inTheKernel = fail;
  typeInto(page, 'sleep 100 &\r');
  const { reason } = await page.next('lab.ended');
  expect(reason).toBe('The simulator has made a mistake it cannot go on from (TypeError: undefined is not a thing).');
  expect(heard).toHaveLength(1);
  expect(labs.count).toBe(0);
  inTheKernel = () => undefined;
  await open();
});
