import { afterEach, describe, expect, test } from 'vitest';
import { emptyState } from '../../engine/state';
import { defineLesson, type LabHandle, type Task } from '../../lessons';
import type { TaskStatus } from '../protocol';
import { TestClock } from '../testing/clock';
import { FakeLabKernel } from '../testing/fake-kernel';
import { createLabHandle } from './handle';
import { Tasks } from './tasks';

const part = {
  title: 'A task',
  points: 1,
  hints: [{ id: 'any', text: () => 'try' }],
  solutions: [{ title: 'way', steps: ['true'] }] satisfies Task['solutions'],
  pitfalls: [],
};

/** Lets promises that are ready be handled. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

function run(tasks: Task[]) {
  const clock = new TestClock();
  const changed: TaskStatus[] = [];
  const errors: string[] = [];
  const kernel = new FakeLabKernel({
    id: 'x',
    machines: [{ id: 'lab', hostname: 'lab' }],
    links: [],
    limits: { pids: 1, memoryBytes: 1, cpus: 1, diskBytes: 1 },
  });
  const lesson = defineLesson({
    number: '9.9',
    slug: 'x',
    title: 'x',
    goal: 'x',
    minutes: 1,
    machines: [{ name: 'lab' }],
    diagrams: [],
    tasks,
  });
  const runner = new Tasks({
    lesson,
    vars: {},
    clock,
    handle: (watched) => createLabHandle(kernel, emptyState(), watched),
    onChange: (tasks) => changed.push(...tasks),
    onError: (task, message) => errors.push(`${task}: ${message}`),
  });
  const pass = async (ms = 10) => {
    clock.advance(ms);
    await settle();
    await settle();
  };
  const files = kernel.fakes.get('lab')?.files;
  if (!files) throw new Error('no Machine');
  return { runner, changed, errors, files, pass };
}

describe('Tasks', () => {
  let runner: Tasks | null = null;
  afterEach(() => runner?.dispose());
  const start = (tasks: Task[]) => {
    const started = run(tasks);
    runner = started.runner;
    return started;
  };

  test('many changes of a file at once are one check', async () => {
    let checks = 0;
    const { runner, pass, files } = start([
      {
        ...part,
        id: 'a',
        async check(lab) {
          checks += 1;
          return (await lab.files().text('/x')) === 'yes';
        },
      },
    ]);
    runner.stateChanged();
    await pass();
    for (let i = 0; i < 50; i++) await files.write('/x', Buffer.from(`${i}`));
    await pass();
    expect(checks).toBe(2);
  });

  test('an edge task sees every state, however short it lasted', async () => {
    let now = 'before';
    const { runner, pass, changed } = start([{ ...part, id: 'a', kind: 'edge', check: () => now === 'during' }]);
    for (now of ['before', 'during', 'after']) {
      runner.stateChanged();
      await pass(0);
    }
    expect(changed).toEqual([{ id: 'a', status: 'done' }]);
  });

  test('a check never runs beside itself, and runs again for what changed meanwhile', async () => {
    let running = 0;
    let most = 0;
    const ends: Array<() => void> = [];
    const { runner, pass } = start([
      {
        ...part,
        id: 'a',
        async check() {
          running += 1;
          most = Math.max(most, running);
          await new Promise<void>((resolve) => ends.push(resolve));
          running -= 1;
          return false;
        },
      },
    ]);
    for (let i = 0; i < 5; i++) {
      runner.stateChanged();
      await pass();
    }
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await pass();
    await pass();
    expect(ends).toHaveLength(2);
    expect(most).toBe(1);
  });

  test('a check that throws is told once; the task stays and others are unharmed', async () => {
    const { runner, pass, changed, errors } = start([
      {
        ...part,
        id: 'broken',
        check: () => {
          throw new Error('oops');
        },
      },
      { ...part, id: 'good', check: () => true },
    ]);
    for (let i = 0; i < 3; i++) {
      runner.stateChanged();
      await pass();
    }
    expect(errors).toEqual(['broken: oops']);
    expect(changed).toEqual([{ id: 'good', status: 'done' }]);
  });

  test('a check that hangs is told, keeps nobody waiting, and is not started a second time', async () => {
    let checks = 0;
    let finish: (value: boolean) => void = () => undefined;
    const { runner, pass, changed, errors } = start([
      {
        ...part,
        id: 'hung',
        check: () =>
          new Promise<boolean>((resolve) => {
            finish = resolve;
            checks += 1;
          }),
      },
      { ...part, id: 'good', check: () => true },
    ]);
    runner.stateChanged();
    await pass();
    expect(changed).toEqual([{ id: 'good', status: 'done' }]);
    await pass(3000);
    expect(errors).toEqual(['hung: the check did not answer within 2000 ms']);
    runner.stateChanged();
    await pass();
    expect(checks).toBe(1);
    // Its late answer is about a state long gone; the check is asked anew.
    finish(true);
    await pass();
    expect(changed).toHaveLength(1);
    await pass();
    finish(true);
    await pass();
    expect(changed.at(-1)).toEqual({ id: 'hung', status: 'done' });
  });

  test('only the paths of the last run are watched', async () => {
    let path = '/one';
    const { runner, pass, files } = start([
      {
        ...part,
        id: 'a',
        check: async (lab: LabHandle) =>
          (await lab.files().text(path)) !== null && (await lab.files().list('/dir')) !== null,
      },
    ]);
    runner.stateChanged();
    await pass();
    expect(files.watched).toEqual(['/one']);
    path = '/two';
    await files.write('/one', Buffer.from('x'));
    await pass();
    expect(files.watched).toEqual(['/two']);
    await files.write('/two', Buffer.from('x'));
    await pass();
    expect(files.watched).toEqual(['/two', '/dir']);
    runner.dispose();
    expect(files.watched).toEqual([]);
  });

  test('a chain of tasks that are true already is done at once, each after what it needs', async () => {
    const { runner, pass, changed } = start([
      { ...part, id: 'a', check: () => true },
      { ...part, id: 'b', needs: ['a'], check: () => true },
      { ...part, id: 'c', needs: ['a', 'b'], check: () => true },
    ]);
    expect(runner.views().map(({ status }) => status)).toEqual(['open', 'locked', 'locked']);
    runner.stateChanged();
    for (let i = 0; i < 3; i++) await pass();
    expect(changed.filter(({ status }) => status === 'done').map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  test('a hint that fails is passed over', async () => {
    const { runner, errors } = start([
      {
        ...part,
        id: 'a',
        check: () => false,
        hints: [
          {
            id: 'bad',
            text: () => {
              throw new Error('oops');
            },
          },
          { id: 'good', text: () => 'look' },
        ],
      },
    ]);
    expect(await runner.hint('a')).toEqual({ hint: 'good', text: 'look' });
    expect(errors).toEqual(['a: hint bad: oops']);
  });
});
