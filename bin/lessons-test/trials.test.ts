import { describe, expect, it } from 'vitest';
import type { LessonDefinition, Task } from '../../lessons';
import { legsBefore, trialsOf } from './trials';

function task(id: string, needs: string[] = [], ways = 1): Task {
  const [first, ...others] = Array.from({ length: ways }, (_, i) => ({
    title: `${id} ${i + 1}`,
    steps: [`echo ${id} ${i + 1}`],
  }));
  return {
    id,
    title: id,
    needs,
    points: 1,
    check: () => false,
    hints: [{ id: 'help', text: () => '' }],
    solutions: [first ?? { title: '', steps: [] }, ...others],
    pitfalls: [{ title: `not ${id}`, steps: ['false'], hint: 'help' }],
  };
}

function lesson(tasks: Task[]): LessonDefinition {
  return {
    number: '1.1',
    slug: 'x',
    title: 'X',
    goal: '',
    minutes: 1,
    machines: [{ name: 'lab' }],
    diagrams: ['layers'],
    tasks,
  };
}

describe('trialsOf', () => {
  it('tries the whole way, every accepted way and every pitfall', () => {
    const trials = trialsOf(lesson([task('one'), task('two', ['one'], 2)]));
    expect(trials.map(({ kind, title }) => `${kind}: ${title}`)).toEqual([
      'journey: All tasks in a row',
      'way: one 1',
      'pitfall: not one',
      'way: two 1',
      'way: two 2',
      'pitfall: not two',
    ]);
    expect(trials[0]?.before.map((leg) => leg.task.id)).toEqual(['one', 'two']);
    expect(trials[5]).toMatchObject({ hint: 'help', steps: ['false'] });
  });
});

describe('legsBefore', () => {
  it('takes the first way of everything needed, directly or not, needs first', () => {
    const three = task('three', ['two'], 2);
    const definition = lesson([three, task('two', ['one'], 3), task('one'), task('other')]);
    expect(legsBefore(definition, three).map((leg) => leg.way.title)).toEqual(['one 1', 'two 1']);
    expect(legsBefore(definition, task('free'))).toEqual([]);
  });

  it('refuses tasks that need each other', () => {
    const a = task('a', ['b']);
    expect(() => legsBefore(lesson([a, task('b', ['a'])]), a)).toThrow('in a circle');
  });
});
