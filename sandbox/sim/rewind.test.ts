/** A simulated lab that goes back: what its pages and its journal hear of it. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { applyPatch } from '../../engine/state';
import { simHost } from '../drivers/sim';
import { defaultLabLimits, defaultLimits, systemClock } from '../lab';
import { parseRecording } from '../lab/recording';
import { Labs } from '../labs';
import { replay } from '../replay';
import { hello, TestPage, until } from '../testing/labs';
import { testLesson } from '../testing/lesson';

let labs: Labs;
let alive: NodeJS.Timeout;

beforeEach(() => {
  // Timers of a lab keep no process alive.
  alive = setInterval(() => undefined, 1000);
  labs = new Labs({
    host: simHost(systemClock, () => Date.UTC(2026, 0, 1)),
    lessonByNumber: () => testLesson,
    readFiles: async () => ({}),
    maxLabs: 1,
    limits: defaultLabLimits,
    times: defaultLimits,
    graceMs: 60_000,
    clock: systemClock,
    newId: () => 'rewound',
    onTaskChange: () => undefined,
  });
});
afterEach(async () => {
  clearInterval(alive);
  await labs.dispose('The test is over.');
});

async function commands(page: TestPage, count: number) {
  while (page.all('command.ended').length < count) await new Promise((resolve) => setTimeout(resolve, 2));
  return page.all('command.started').map(({ line }) => line);
}

/** A page that has joined the lab, and what it types. */
async function join() {
  const page = new TestPage(labs);
  page.send(hello());
  await page.next('ready');
  page.send({ type: 'terminal.attach', terminal: 't1', from: 0, cols: 80, rows: 24 });
  let offset = 0;
  const type = (text: string) => {
    const data = new TextEncoder().encode(`${text}\r`);
    page.send({ type: 'terminal.input', terminal: 't1', client: 'page', offset, data });
    offset += data.byteLength;
  };
  return { page, type };
}

test('commands of the time before do not begin anew, and later ones have not been', async () => {
  const { page, type } = await join();
  type('true first');
  await commands(page, 1);
  const ended = page.last('command.ended');
  // Well after the first, whatever the rounding.
  await new Promise((resolve) => setTimeout(resolve, 50));
  type('true second');
  await commands(page, 2);
  page.send({ type: 'sim.rewind', to: ended.at + 10 });
  await page.next('sim.rewound');
  type('true third');
  expect(await commands(page, 3)).toEqual(['true first', 'true second', 'true third']);
  page.send({ type: 'journal.read', request: 1, from: 0 });
  const { entries } = await page.next('journal');
  const lines = entries.flatMap(({ event }) => (event.kind === 'command' ? [event.line] : []));
  expect(lines).toEqual(['true first', 'true third']);
});

test('a lab that went back is still the same when it is played again, with what is read from its files', async () => {
  const { page, type } = await join();
  const containers = () => {
    const { state } = page.last('state.snapshot');
    return Object.values(page.all('state.patch').reduce((all, { patch }) => applyPatch(all, patch), state).containers);
  };
  type('mkdir -p /run/runc/web; sleep 900 & p=$!; s=$(cut -d" " -f22 /proc/$p/stat)');
  await commands(page, 1);
  const ended = page.last('command.ended');
  // Well after the first, whatever the rounding.
  await new Promise((resolve) => setTimeout(resolve, 50));
  type(
    'echo "{\\"process\\": {\\"pid\\": $p, \\"startTime\\": \\"$s\\"}, \\"maker\\": null}" > /run/runc/web/state.json',
  );
  await until(() => containers().some(({ status }) => status === 'running'));
  type('kill $p');
  await until(() => containers().some(({ status }) => status === 'stopped'));
  page.send({ type: 'sim.rewind', to: ended.at + 10 });
  await page.next('sim.rewound');
  await until(() => page.all('state.snapshot').length > 1);
  expect(page.last('state.snapshot').state.containers).toEqual({});
  type('for i in 1 2 3; do echo "{}" > /run/runc/web/state.json; sleep 0.1; done; rm -r /run/runc/web');
  await commands(page, 3);
  page.send({ type: 'sim.export', request: 1 });
  const parsed = parseRecording((await page.next('sim.export')).journal);
  if (!parsed.ok) throw new Error(parsed.problem);
  const verdict = await replay({ recording: parsed.recording, lesson: testLesson, files: {}, clock: systemClock });
  expect(verdict).toEqual({ ok: true, tasks: parsed.recording.claim.tasks, hash: parsed.recording.claim.hash });
});
