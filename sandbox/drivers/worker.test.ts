/** Simulated labs in threads of the server, with real threads: what a lab does, and what becomes of it with its thread. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { LabOptions } from '../lab';
import type { ClientMessage, ServerMessage } from '../protocol';
import { readHostSettings } from '../settings';
import { createChannelPair } from '../testing/channel';
import { hello } from '../testing/labs';
import type { Driver } from './driver';
import { createWorkerDriver, type WorkerDriverOptions } from './worker';

type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

const unruly = new URL('../testing/unruly-thread.ts', import.meta.url);
const lesson = '1.2.2';
const controls = /\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[[0-9;?]*[A-Za-z]|[\r\x01\x02]/g;
const size = { cols: 80, rows: 24 };

/** Patient: how fast a thread is loaded is the computer's business. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

class Page {
  readonly messages: ServerMessage[] = [];
  readonly #pair = createChannelPair();
  readonly #decoder = new TextDecoder();
  #typed = 0;
  #shown = '';

  constructor(driver: Driver) {
    this.#pair.page.onMessage((message) => {
      this.messages.push(message);
      if (message.type === 'terminal.output') this.#shown += this.#decoder.decode(message.data);
    });
    driver.serve(this.#pair.lab);
  }

  send(message: ClientMessage): void {
    this.#pair.page.send(message);
  }
  leave(): void {
    this.#pair.cut();
  }
  async next<T extends ServerMessage['type']>(type: T): Promise<Of<T>> {
    const isOf = (message: ServerMessage): message is Of<T> => message.type === type;
    await until(() => this.messages.some(isOf));
    const [found] = this.messages.filter(isOf);
    if (!found) throw new Error(`no ${type}`);
    return found;
  }
  /** Says hello and joins the first terminal. */
  async begin(learner = 'learner-1', lab?: string): Promise<Of<'ready'>> {
    this.send(hello({ lesson, learner, ...(lab === undefined ? {} : { lab }) }));
    const ready = await this.next('ready');
    this.send({ type: 'terminal.attach', terminal: 't1', from: 0, ...size });
    await until(() => /[#$] $/.test(this.shown));
    return ready;
  }
  async type(line: string, shown: string): Promise<void> {
    const data = new TextEncoder().encode(`${line}\r`);
    this.send({ type: 'terminal.input', terminal: 't1', client: 'page', offset: this.#typed, data });
    this.#typed += data.byteLength;
    await until(() => this.shown.includes(shown));
  }
  get shown(): string {
    return this.#shown.replace(controls, '');
  }
}

let alive: NodeJS.Timeout;
let driver: Driver;
let changes: Array<Parameters<LabOptions['onTaskChange']>[0]>;
let mistakes: string[];

function start(options: WorkerDriverOptions = {}): void {
  driver = createWorkerDriver({
    onTaskChange: (change) => changes.push(change),
    onMistake: (text) => mistakes.push(text),
    settings: { ...readHostSettings({ NODE_ENV: 'test' }), maxLabs: 3 },
    threads: { labsPerThread: 2, megabytes: 512, patienceMs: 60_000 },
    ...options,
  });
}

/** Threads of this process, by what they hold open. */
const ports = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;

beforeEach(() => {
  alive = setInterval(() => undefined, 1000);
  changes = [];
  mistakes = [];
});
afterEach(async () => {
  await driver.dispose('The test is over.');
  clearInterval(alive);
});

describe('labs in threads', () => {
  test('a lab boots, echoes, sees its task done, and ends with the driver; nothing is left', async () => {
    const before = ports();
    start();
    await driver.prepare();
    const page = new Page(driver);
    const ready = await page.begin();
    expect(ready).toMatchObject({ lesson, resumed: false, speed: 1 });
    await page.type('echo $((40 + 2))', '\n42');
    page.send({ type: 'task.solution', task: 'own-name' });
    const { ways } = await page.next('task.solution');
    for (const command of ways[0]?.commands ?? []) await page.type(command, command.slice(0, 10));
    await until(() => changes.length > 0);
    expect(changes[0]).toMatchObject({ learner: 'learner-1', lesson, task: 'own-name', status: 'done' });
    expect(driver.count).toBe(1);
    expect(ports()).toBeGreaterThan(before);
    await driver.dispose('Enough.');
    expect((await page.next('lab.ended')).reason).toBe('Enough.');
    expect(driver.count).toBe(0);
    expect(ports()).toBe(before);
    expect(mistakes).toEqual([]);
    const late = new Page(driver);
    late.send(hello({ lesson }));
    expect(await late.next('error')).toMatchObject({ code: 'unavailable' });
  });

  test('there are so many labs and no more, in threads of a few each, and a page finds its lab again', async () => {
    start();
    const pages = [new Page(driver), new Page(driver), new Page(driver)];
    const labs = await Promise.all(pages.map(async (page) => (await page.begin()).lab));
    expect(new Set(labs.map((lab) => lab.split('-')[0])).size).toBe(2);
    const fourth = new Page(driver);
    fourth.send(hello({ lesson }));
    expect(await fourth.next('error')).toMatchObject({ code: 'busy' });
    const [first] = pages;
    await first?.type('hostname', 'lab');
    first?.leave();
    const again = new Page(driver);
    expect(await again.begin('learner-1', labs[0])).toMatchObject({ lab: labs[0], resumed: true });
    again.send({ type: 'lab.leave' });
    await again.next('lab.ended');
    await until(() => driver.count === 2);
    await new Page(driver).begin();
  });

  test('what a page may not say is refused, and nothing is started for it', async () => {
    start();
    const page = new Page(driver);
    page.send({ type: 'lab.reset' });
    expect(await page.next('error')).toMatchObject({ code: 'bad-message' });
    const stranger = new Page(driver);
    stranger.send(hello({ lesson, lab: 'none-such' }));
    expect(await stranger.next('error')).toMatchObject({ code: 'unknown-lab' });
    expect(driver.count).toBe(0);
  });

  test('a program reaches nothing of the server', async () => {
    process.env.SECRET_OF_THE_SERVER = 'not for learners';
    start();
    const page = new Page(driver);
    await page.begin();
    const looks = [
      'env; cat /proc/*/environ',
      'ls / /work /home /tmp; cat /etc/hostname',
      "awk 'BEGIN { for (k in ENVIRON) print k, ENVIRON[k]; print constructor }'",
      `python3 -c 'print(globals()); print(process)'`,
      `jq -n '$ENV, env.constructor, input_filename'`,
      `python3 -c 'print((1).constructor)'`,
    ];
    for (const look of looks)
      await page.type(`${look}; echo looked $((${looks.indexOf(look)} + 100))`, `looked ${looks.indexOf(look) + 100}`);
    delete process.env.SECRET_OF_THE_SERVER;
    expect(page.shown).not.toContain('not for learners');
    expect(page.shown).not.toMatch(/\[native code\]|node_modules|function Object/);
  });
});

describe('a thread that ends before its time', () => {
  /** A lab, and a second page of it whose learner makes its thread fail; resolves when the first page has been told. */
  async function failing(learner: string, why: string): Promise<void> {
    const page = new Page(driver);
    const { lab } = await page.begin('learner-2');
    new Page(driver).send(hello({ lesson, learner, lab }));
    const { reason } = await page.next('lab.ended');
    expect(reason).toBe(`The thread of the server that this lab ran in has ended: ${why}.`);
  }

  test.each<[string, number, Array<[learner: string, why: string]>]>([
    ['throws', 60_000, [['unruly-throws', 'Error: a mistake in the thread']]],
    ['hangs', 10_000, [['unruly-hangs', 'it did not answer for 10 s']]],
    [
      'holds too much',
      60_000,
      [
        ['unruly-hoards-objects', 'it held more than 192 MB'],
        ['unruly-hoards-bytes', 'it held more than 192 MB'],
      ],
    ],
  ])('one that %s: its pages are told, others go on, and a new lab can be had', async (_, patienceMs, failures) => {
    start({ module: unruly, threads: { labsPerThread: 1, megabytes: 192, patienceMs } });
    const other = new Page(driver);
    await other.begin();
    await Promise.all(failures.map(([learner, why]) => failing(learner, why)));
    await until(() => mistakes.length === failures.length);
    expect(mistakes.sort()).toEqual(failures.map(([, why]) => `a thread with simulated labs has ended: ${why}`).sort());
    await other.type('echo $((40 + 2))', '\n42');
    expect(other.messages.some(({ type }) => type === 'lab.ended')).toBe(false);
    expect(driver.count).toBe(1);
    await new Page(driver).begin('learner-3');
  });

  test('a page that is still waiting for its lab is told, too', async () => {
    start({ module: unruly });
    const page = new Page(driver);
    page.send(hello({ lesson, learner: 'unruly-throws' }));
    const { code, message } = await page.next('error');
    expect(code).toBe('boot-failed');
    expect(message).toContain('a mistake in the thread');
  });
});
