import { afterEach, describe, expect, test } from 'vitest';
import type { LessonDefinition } from '../../lessons';
import { createTestLabs, hello } from '../testing/labs';
import { testLesson } from '../testing/lesson';

const wrongSetup: LessonDefinition = {
  ...testLesson,
  number: '9.1',
  machines: [{ name: 'lab', setup: 'touch {{no}}' }],
};
const wrongTitle: LessonDefinition = {
  ...testLesson,
  number: '9.2',
  tasks: testLesson.tasks.map((task) => ({ ...task, title: 'Write {{nmae}}' })),
};
const wrongVars: LessonDefinition = {
  ...testLesson,
  number: '9.3',
  vars() {
    throw new Error('no values today');
  },
};
const lessons = [testLesson, wrongSetup, wrongTitle, wrongVars];

describe('a lesson with a mistake', () => {
  const labs = createTestLabs({ lessonByNumber: (number) => lessons.find((lesson) => lesson.number === number) });
  afterEach(() => labs.end());

  test.each([
    ['9.1', 'unknown variable {{no}}'],
    ['9.2', 'unknown variable {{nmae}}'],
    ['9.3', 'no values today'],
  ])('%s is refused with what is wrong, nothing is left of it, and another lesson runs', async (lesson, mistake) => {
    const page = labs.connect();
    page.send(hello({ lesson }));
    expect(await page.next('error')).toMatchObject({
      code: 'boot-failed',
      message: expect.stringContaining(`lesson ${lesson} has a mistake: ${mistake}`),
    });
    expect(labs.host.labs).toHaveLength(0);
    expect(labs.labs.count).toBe(0);
    page.send(hello());
    await page.next('ready');
  });
});
