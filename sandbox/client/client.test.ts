import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { converse } from '../conversation';
import type { PageChannel } from '../protocol';
import { type ChannelPair, createChannelPair } from '../testing/channel';
import { createTestLabs, until } from '../testing/labs';
import { createLabClient, type LabClient, type LabClientOptions } from './index';

const size = { cols: 80, rows: 24 };

/** A client of the test labs whose connection can be cut, and whose sink draws when the test says so. */
function createTestClient(labs: ReturnType<typeof createTestLabs>, options: Partial<LabClientOptions> = {}) {
  const pairs: ChannelPair[] = [];
  const drawn: Array<() => void> = [];
  let output = '';
  let skipped = 0;
  let refused = false;
  const dial = async (): Promise<PageChannel> => {
    if (refused) throw new Error('connection refused');
    const pair = createChannelPair();
    pairs.push(pair);
    converse(labs.labs, pair.lab);
    return pair.page;
  };
  const client: LabClient = createLabClient({
    dial,
    lesson: '9.9',
    learner: 'learner-1',
    setTimer: (run) => {
      const timer = setTimeout(run, 0);
      return () => clearTimeout(timer);
    },
    ...options,
  });
  const sink = {
    output: (data: Uint8Array, done: () => void) => {
      output += Buffer.from(data).toString('latin1');
      drawn.push(done);
    },
    skipped: (bytes: number) => {
      skipped += bytes;
    },
  };
  return {
    client,
    sink,
    drawn,
    get output() {
      return output;
    },
    get skipped() {
      return skipped;
    },
    get dials() {
      return pairs.length;
    },
    set refused(value: boolean) {
      refused = value;
    },
    cut: () => pairs.at(-1)?.cut(),
    drawAll: () => {
      for (const done of drawn.splice(0)) done();
    },
    clear: () => {
      output = '';
    },
    ready: () => until(() => client.getView().status.phase === 'ready'),
  };
}

/** Text whose every piece tells its place, so that loss, doubling and disorder show. */
function numbered(from: number, length: number): string {
  let text = '';
  for (let i = from; i < from + length; i++) text += String.fromCharCode(33 + (i % 89));
  return text;
}

type Action = { do: 'print' | 'type'; bytes: number } | { do: 'cut' | 'pause' } | { do: 'draw'; pick: number };

const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof(
    fc.record({
      do: fc.constant('print' as const),
      bytes: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 120_000 })),
    }),
    fc.record({
      do: fc.constant('type' as const),
      bytes: fc.oneof(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 300_000 })),
    }),
    fc.record({ do: fc.constant('cut' as const) }),
    fc.record({ do: fc.constant('pause' as const) }),
    fc.record({ do: fc.constant('draw' as const), pick: fc.nat() }),
  ),
  { maxLength: 25 },
);

describe('a client', () => {
  const labs = createTestLabs();
  afterEach(() => labs.end());

  test('whatever is cut, every byte arrives exactly once and in order, both ways', async () => {
    await fc.assert(
      fc.asyncProperty(actions, async (steps) => {
        const page = createTestClient(labs);
        page.client.start();
        await page.ready();
        const terminal = page.client.terminal('t1');
        terminal.attach(page.sink, size);
        let printed = 0;
        let typed = 0;
        for (const step of steps) {
          if (step.do === 'print' && !labs.host.terminal().paused) {
            labs.host.terminal().print(Buffer.from(numbered(printed, step.bytes), 'latin1'));
            printed += step.bytes;
          } else if (step.do === 'type') {
            terminal.write(numbered(typed, step.bytes));
            typed += step.bytes;
          } else if (step.do === 'cut') page.cut();
          else if (step.do === 'pause') await new Promise((resolve) => setTimeout(resolve, 1));
          else if (step.do === 'draw') page.drawn.splice(step.pick % (page.drawn.length + 1), 1)[0]?.();
        }
        await until(() => {
          page.drawAll();
          return page.output.length >= printed && terminal.unsentBytes === 0;
        });
        expect(page.output === numbered(0, printed)).toBe(true);
        expect(page.skipped).toBe(0);
        expect(labs.host.terminal().typedText === numbered(0, typed)).toBe(true);
        expect(labs.host.terminal().paused).toBe(false);
        page.client.dispose();
        await labs.end();
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  test('a screen that is mounted anew gets the scrollback again, and nothing of before', async () => {
    const page = createTestClient(labs);
    page.client.start();
    await page.ready();
    const terminal = page.client.terminal('t1');
    const detach = terminal.attach(page.sink, size);
    labs.host.terminal().print(numbered(0, 200_000));
    await until(() => page.output.length === 200_000);
    detach();
    page.clear();
    terminal.attach(page.sink, size);
    labs.host.terminal().print(numbered(200_000, 100));
    await until(() => {
      page.drawAll();
      return page.output.length >= 200_100;
    });
    expect(page.output === numbered(0, 200_100)).toBe(true);
  });

  test('a page that was away too long is told how much it missed', async () => {
    const active = createTestClient(labs);
    active.client.start();
    await active.ready();
    active.client.terminal('t1').attach(active.sink, size);
    const lab = active.client.getView().lab ?? '';
    const away = createTestClient(labs, { lab });
    away.client.start();
    await away.ready();
    away.client.terminal('t1').attach(away.sink, size);
    labs.host.terminal().print('first');
    await until(() => away.output === 'first');
    away.refused = true;
    away.cut();
    for (let i = 0; i < 30; i++) {
      const before = active.output.length;
      labs.host.terminal().print(numbered(0, 60_000));
      await until(() => {
        active.drawAll();
        return active.output.length === before + 60_000;
      });
    }
    away.refused = false;
    await until(() => {
      away.drawAll();
      return away.output.length + away.skipped === 5 + 30 * 60_000;
    });
    expect(away.skipped).toBeGreaterThan(700_000);
    expect(active.skipped).toBe(0);
  }, 30_000);

  test('a page that never draws does not hold back another for long', async () => {
    const active = createTestClient(labs);
    active.client.start();
    await active.ready();
    active.client.terminal('t1').attach(active.sink, size);
    const asleep = createTestClient(labs, { lab: active.client.getView().lab ?? '' });
    asleep.client.start();
    await asleep.ready();
    asleep.client.terminal('t1').attach(asleep.sink, size);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const total = 3_000_000;
    let printed = 0;
    await untilSlow(() => {
      active.drawAll();
      if (printed < total && !labs.host.terminal().paused) {
        labs.host.terminal().print(numbered(printed, 50_000));
        printed += 50_000;
      }
      return active.output.length === total;
    });
    expect(active.output === numbered(0, total)).toBe(true);
    // It had its window and no more; when it wakes, it goes on with what is still kept.
    expect(asleep.output.length).toBe(256 * 1024);
    await until(() => {
      asleep.drawAll();
      return asleep.output.length + asleep.skipped === total;
    });
    expect(asleep.skipped).toBeGreaterThan(1_000_000);
  }, 60_000);

  test('with nobody there the terminal waits once its memory is full, and nothing is lost', async () => {
    const page = createTestClient(labs);
    page.client.start();
    await page.ready();
    page.client.dispose();
    await new Promise((resolve) => setTimeout(resolve, 10));
    let printed = 0;
    while (!labs.host.terminal().paused) {
      labs.host.terminal().print(numbered(printed, 4096));
      printed += 4096;
    }
    expect(printed).toBeLessThanOrEqual(1024 * 1024);
    const later = createTestClient(labs, { lab: page.client.getView().lab ?? '' });
    later.client.start();
    await later.ready();
    later.client.terminal('t1').attach(later.sink, size);
    await until(() => {
      later.drawAll();
      return later.output.length === printed;
    });
    expect(later.output === numbered(0, printed)).toBe(true);
    expect(labs.host.terminal().paused).toBe(false);
  });

  test('the view follows the lab and stays the same object while nothing changes', async () => {
    const page = createTestClient(labs);
    let changes = 0;
    page.client.subscribe(() => {
      changes += 1;
    });
    page.client.start();
    await page.ready();
    await until(() => page.client.getView().vars.name !== undefined);
    const { client } = page;
    await labs.host.files().write('/answer', Buffer.from(client.getView().vars.name ?? ''));
    await until(() => client.getView().tasks[0]?.status === 'done');
    client.askHint('device');
    client.askSolution('device');
    await until(() => client.getView().solutions.device !== undefined && client.getView().hints.device !== undefined);
    const id = client.openTerminal({ machine: 'internet', user: 'root', ...size });
    await until(() => client.getView().terminals.some(({ terminal }) => terminal === id));
    labs.host.terminal('internet').exit(0);
    await until(() => client.getView().terminals.length === 1);
    const view = client.getView();
    const before = changes;
    labs.host.terminal().print('no news');
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(client.getView()).toBe(view);
    expect(changes).toBe(before);
  });

  test('requests are answered; those that may be asked twice survive a cut', async () => {
    const page = createTestClient(labs);
    page.client.start();
    await expect(page.client.makeDirectory('lab', '/x')).rejects.toMatchObject({ code: 'connection' });
    const early = page.client.saveFile('lab', '/a', Buffer.from('hello'));
    await page.ready();
    await early;
    page.cut();
    expect(Buffer.from(await page.client.readFile('lab', '/a')).toString()).toBe('hello');
    expect(await page.client.listFiles('lab', '/')).toMatchObject([{ name: 'a', size: 5 }]);
    await expect(page.client.readFile('lab', '/b')).rejects.toMatchObject({ code: 'file' });
    await page.client.renameFile('lab', '/a', '/b');
    await page.client.removeFile('lab', '/b');
    expect((await page.client.readJournal(0)).entries[0]?.event).toEqual({ kind: 'lab', text: 'started' });
  });

  test('a lab that is gone at the start is replaced; one that goes later is an end, and restart begins anew', async () => {
    const page = createTestClient(labs, { lab: 'long-gone' });
    page.client.start();
    await page.ready();
    const first = page.client.getView().lab;
    expect(first).not.toBe('long-gone');
    page.client.terminal('t1').attach(page.sink, size);
    labs.host.terminal().print('old');
    await until(() => page.output === 'old');
    await labs.end();
    await until(() => page.client.getView().status.phase === 'ended');
    page.client.restart();
    await page.ready();
    expect(page.client.getView().lab).not.toBe(first);
    page.client.terminal('t1').write('hi');
    await until(() => labs.host.terminal().typedText === 'hi');
    labs.host.terminal().print('new');
    await until(() => page.output === 'oldnew');
  });

  test('a server that restarted without the lab is an end', async () => {
    const page = createTestClient(labs);
    page.client.start();
    await page.ready();
    page.refused = true;
    page.cut();
    await until(() => page.client.getView().status.phase === 'waiting');
    await labs.end();
    page.refused = false;
    await until(() => page.client.getView().status.phase === 'ended');
    expect(page.client.getView().status).toMatchObject({ reason: expect.stringContaining('no longer there') });
  });

  test('a refusal is a failure with its reason', async () => {
    labs.host.unavailable = 'This is not Linux.';
    const page = createTestClient(labs);
    page.client.start();
    await until(() => page.client.getView().status.phase === 'failed');
    expect(page.client.getView().status).toEqual({
      phase: 'failed',
      code: 'unavailable',
      reason: 'This is not Linux.',
    });
    labs.host.unavailable = null;
    page.client.restart();
    await page.ready();
  });

  test('tries to connect are spaced out, more and more, up to five seconds', async () => {
    const delays: number[] = [];
    const client = createLabClient({
      dial: () => Promise.reject(new Error('refused')),
      lesson: '9.9',
      learner: 'learner-1',
      random: () => 1,
      setTimer: (run, ms) => {
        delays.push(ms);
        if (delays.length < 9) queueMicrotask(run);
        return () => undefined;
      },
    });
    client.start();
    await until(() => delays.length === 9);
    expect(delays).toEqual([100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000]);
    expect(client.getView().status).toEqual({ phase: 'waiting', attempt: 9 });
    client.dispose();
  });

  test('an extension, a reset and leaving reach the lab', async () => {
    const page = createTestClient(labs);
    page.client.start();
    await page.ready();
    page.client.extend();
    await until(() => page.client.getView().times?.extensionsLeft === 2);
    page.client.terminal('t1').attach(page.sink, size);
    labs.host.terminal().print('one');
    await until(() => page.output === 'one');
    page.client.reset();
    await until(() => labs.host.labs.length === 2 && page.output === 'one\x1bc');
    page.client.terminal('t1').write('x');
    await until(() => labs.host.terminal().typedText === 'x');
    page.client.leave();
    await until(() => page.client.getView().status.phase === 'ended');
    expect(labs.driver.count).toBe(0);
  });
});

/** Like `until`, for what has to wait out the lab's patience. */
async function untilSlow(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 8 && !condition(); i++) await until(condition).catch(() => undefined);
  if (!condition()) throw new Error(`still not true: ${condition}`);
}
