/** The runner itself: a good lesson passes it, and each way a lesson can be wrong is found, in real labs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LessonDefinition, Task } from '../../lessons';
import { createHostDriver, type Driver } from '../../sandbox';
import { attempt } from './attempt';
import { hostFor } from './host';
import { holdings, leftBehind } from './leaks';
import { trialsOf } from './trials';

const host = hostFor('linux');
const availability = host.availability();
if (!availability.available) console.warn(`skipped: the lesson runner in real labs (${availability.reason})`);

/** For lessons that are wrong: what never comes need not be waited for long. */
const impatient = 500;

/** Green when the file is there; the hint `near` when another one is. */
function fileTask(id: string, changes: Partial<Task> = {}): Task {
  return {
    id,
    title: `Make ${id}`,
    points: 1,
    check: async (lab) => (await lab.files().stat(`/root/${id}`)) !== null,
    hints: [
      { id: 'near', when: async (lab) => (await lab.files().stat(`/root/${id}x`)) !== null, text: () => 'Close.' },
      { id: 'make', text: () => 'Make it.' },
    ],
    solutions: [{ title: 'touch', steps: [`touch ~/${id}`] }],
    pitfalls: [{ title: 'A slip', steps: [`touch ~/${id}x`], hint: 'near' }],
    ...changes,
  };
}

function lessonOf(...tasks: Task[]): LessonDefinition {
  return {
    number: '9.9',
    slug: 'test',
    title: 'A test',
    goal: 'Be tested.',
    minutes: 1,
    machines: [{ name: 'lab', setup: 'touch /root/here' }],
    diagrams: ['layers'],
    tasks,
  };
}

describe.skipIf(!availability.available)('attempt', () => {
  let driver: Driver;
  let current: LessonDefinition;
  beforeAll(async () => {
    driver = createHostDriver({ host, lessonByNumber: () => current });
    await outcomesOf(lessonOf(fileTask('first')));
  });
  afterAll(() => driver.dispose('The test is over.'));

  async function outcomesOf(lesson: LessonDefinition, patienceMs?: number): Promise<string[]> {
    current = lesson;
    const outcomes: string[] = [];
    for (const trial of trialsOf(lesson)) {
      const { ok, reason } = await attempt(driver, trial, 'runner-test', patienceMs);
      outcomes.push(`${trial.kind}: ${ok ? 'ok' : reason}`);
    }
    return outcomes;
  }

  it('passes a good lesson, with several terminals, keys and shells without marks, and leaves nothing behind', async () => {
    const before = await holdings();
    const steps: Task['solutions'][0]['steps'] = [
      { terminal: 'other' },
      'cat > ~/b.part',
      'some text',
      { key: 'C-d' },
      'dash',
      'mv ~/b.part ~/b',
      'exit',
    ];
    const outcomes = await outcomesOf(
      lessonOf(fileTask('a'), fileTask('b', { needs: ['a'], solutions: [{ title: 'By hand', steps }] })),
    );
    expect(outcomes).toEqual(['journey: ok', 'way: ok', 'pitfall: ok', 'way: ok', 'pitfall: ok']);
    // A lab says that it is over before the last of it is taken down.
    await expect.poll(async () => leftBehind(before, await holdings()), { timeout: 30_000 }).toEqual([]);
  });

  it('finds a task that is green from the start', async () => {
    expect(await outcomesOf(lessonOf(fileTask('here')))).toEqual([
      'journey: green at the start: here',
      'way: green at the start: here',
      'pitfall: green at the start: here',
    ]);
  });

  it('finds a solution that does not solve, and says what the hint would have been', async () => {
    const wrong = fileTask('a', { solutions: [{ title: 'touch', steps: ['touch ~/ax'] }], pitfalls: [] });
    const reason = 'a is still open; its hint is near: Close.';
    expect(await outcomesOf(lessonOf(wrong), impatient)).toEqual([`journey: ${reason}`, `way: ${reason}`]);
  });

  it('finds a pitfall that solves, one that raises another hint, and a check that throws', async () => {
    const pitfalls: Task['pitfalls'] = [
      { title: 'Right after all', steps: ['touch ~/a'], hint: 'make' },
      { title: 'Another hint', steps: ['touch ~/ax'], hint: 'make' },
    ];
    const outcomes = await outcomesOf(lessonOf(fileTask('a', { pitfalls })), impatient);
    expect(outcomes.slice(2)).toEqual([
      'pitfall: a is green after a wrong answer',
      'pitfall: a should raise the hint make, but gives near: Close.',
    ]);
    const broken = fileTask('b', { check: () => Promise.reject(new Error('no such thing')), pitfalls: [] });
    const [journey = ''] = await outcomesOf(lessonOf(broken), impatient);
    expect(journey).toContain('b is still open');
  });

  it('finds a task that another one solves on the way', async () => {
    const greedy = fileTask('a', { solutions: [{ title: 'Too much', steps: ['touch ~/b ~/a'] }], pitfalls: [] });
    const outcomes = await outcomesOf(lessonOf(greedy, fileTask('b', { needs: ['a'], pitfalls: [] })));
    expect(outcomes).toEqual([
      'journey: b is done before its own solution',
      'way: ok',
      'way: b is done before its own solution',
    ]);
  });
});
