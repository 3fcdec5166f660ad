import { describe, expect, it } from 'vitest';
import type { LessonDefinition, Task } from './define';
import { lintLessons, type ProseText } from './lint';

function task(id: string, changes: Partial<Task> = {}): Task {
  return {
    id,
    title: `Reach ${id}`,
    points: 5,
    check: () => false,
    hints: [
      { id: 'sometimes', when: () => false, text: () => '' },
      { id: 'always', text: () => '' },
    ],
    solutions: [{ title: 'The way', steps: ['true'] }],
    pitfalls: [{ title: 'The wrong way', steps: ['false'], hint: 'sometimes' }],
    ...changes,
  };
}

const ids = ['one', 'two', 'three', 'four'];

function lesson(changes: Partial<LessonDefinition> = {}): LessonDefinition {
  return {
    number: '1.1',
    slug: 'overlayfs',
    title: 'A lesson',
    goal: 'Know it.',
    minutes: 10,
    machines: [{ name: 'lab' }],
    diagrams: ['layers'],
    tasks: [...ids.map((id) => task(id)), task('final', { challenge: true })],
    ...changes,
  };
}

/** Prose that places every task once. */
function proseFor({ number, tasks }: LessonDefinition, changes: Partial<ProseText> = {}): ProseText {
  const body = [...new Set(tasks.map(({ id }) => id))].map((id) => `Some words.\n\n<Task id="${id}" />\n`).join('\n');
  return { file: 'content/1.1-overlayfs.mdx', number, body, sources: [{ title: 'mount(8)' }], ...changes };
}

function messages(definition: LessonDefinition, prose: ProseText | null = proseFor(definition)): string[] {
  const found = lintLessons({
    lessons: [definition],
    sections: [{ number: '1.1', slug: 'overlayfs' }],
    prose: new Map(prose ? [[definition.number, prose]] : []),
  });
  for (const finding of found) {
    expect(finding.lesson).toBe(definition.number);
    expect(finding.remedy).not.toBe('');
  }
  return found.map(({ place, message }) => `${place}: ${message}`);
}

/** The lesson with its first task changed. */
function withTask(changes: Partial<Task>): LessonDefinition {
  return lesson({ tasks: [task('one', changes), ...lesson().tasks.slice(1)] });
}

const withBody = (more: string) => proseFor(lesson(), { body: `${proseFor(lesson()).body}\n${more}` });

describe('lintLessons', () => {
  it('finds nothing in a good lesson', () => {
    expect(messages(lesson())).toEqual([]);
  });

  it('finds an unknown section, a slug of its own and a number used twice', () => {
    expect(messages(lesson({ number: '9.9' }))).toEqual(['number: the course has no section 9.9']);
    expect(messages(lesson({ slug: 'layers' }))).toEqual([
      'slug: the lesson says layers, content/curriculum.json says overlayfs',
    ]);
    const both = lintLessons({
      lessons: [lesson(), lesson()],
      sections: [{ number: '1.1', slug: 'overlayfs' }],
      prose: new Map([['1.1', proseFor(lesson())]]),
    });
    expect(both.map((finding) => finding.message)).toEqual(['two lessons have this number']);
  });

  it.each<[string, LessonDefinition, string]>([
    [
      'too few tasks',
      lesson({ tasks: [task('one'), task('final', { challenge: true })] }),
      'tasks: 1 tasks besides the challenges, at least 4 are wanted',
    ],
    ['no challenge', lesson({ tasks: ids.map((id) => task(id)) }), 'tasks: no challenge'],
    [
      'a task after the challenge',
      lesson({ tasks: [...lesson().tasks, task('late')] }),
      'task late: comes after a challenge',
    ],
    [
      'an id used twice',
      lesson({ tasks: [task('one', { title: 'Again' }), ...lesson().tasks] }),
      'task one: two tasks have the id one',
    ],
    ['a repeated title', withTask({ title: 'Reach two' }), 'tasks: two tasks have the title "Reach two"'],
    [
      'an unknown need',
      withTask({ needs: ['zero'] }),
      'task one: needs zero, which is not a task of this lesson, so it stays locked for ever',
    ],
    [
      'a malformed id',
      lesson({ tasks: [task('One two'), ...lesson().tasks] }),
      'task One two: "One two" is no task id',
    ],
    ['an empty title', withTask({ title: ' ' }), 'task one: no title'],
    ['half a point', withTask({ points: 0.5 }), 'task one: 0.5 points'],
    ['no hints', withTask({ hints: [], pitfalls: [] }), 'task one: no hints'],
    [
      'a conditional last hint',
      withTask({ hints: [{ id: 'sometimes', when: () => true, text: () => '' }] }),
      'task one, hint sometimes: the last hint applies only sometimes, so a learner may get none',
    ],
    [
      'a hint that hides those after it',
      withTask({
        hints: [
          { id: 'early', text: () => '' },
          { id: 'late', text: () => '' },
        ],
        pitfalls: [],
      }),
      'task one, hint early: applies always, so the hints after it are never shown',
    ],
    [
      'a hint id used twice',
      withTask({
        hints: [
          { id: 'sometimes', when: () => true, text: () => '' },
          { id: 'sometimes', text: () => '' },
        ],
      }),
      'task one: two hints have the id sometimes',
    ],
    [
      'a pitfall with an unknown hint',
      withTask({ pitfalls: [{ title: 'Oh', steps: ['x'], hint: 'nowhere' }] }),
      'task one, pitfall "Oh": raises the hint nowhere, which this task does not have',
    ],
    [
      'an empty pitfall',
      withTask({ pitfalls: [{ title: 'Oh', steps: [], hint: 'always' }] }),
      'task one, pitfall "Oh": has nothing to type',
    ],
    [
      'an empty solution',
      withTask({ solutions: [{ title: 'Nothing', steps: [' ', { terminal: 'b' }] }] }),
      'task one, solution "Nothing": has nothing to type',
    ],
    ['no machine', lesson({ machines: [] }), 'machines: no Machine'],
    [
      'a machine twice',
      lesson({ machines: [{ name: 'lab' }, { name: 'lab' }] }),
      'machines: two Machines are called lab',
    ],
    ['no diagram', lesson({ diagrams: [] }), 'diagrams: no diagram'],
    ['an unknown diagram', lesson({ diagrams: JSON.parse('["layers", "pie"]') }), 'diagrams: there is no diagram pie'],
    [
      'a link to an unknown machine',
      lesson({
        links: [
          {
            ends: [
              { machine: 'lab', device: 'eth0' },
              { machine: 'moon', device: 'eth0' },
            ],
          },
        ],
      }),
      'link 1: names the Machine moon, which the lesson does not have',
    ],
    [
      'a terminal on an unknown machine',
      lesson({ terminals: [{ machine: 'moon', user: 'root' }] }),
      'terminal 1: names the Machine moon, which the lesson does not have',
    ],
    [
      'a step on an unknown machine',
      withTask({ solutions: [{ title: 'Far', steps: [{ terminal: 'b', machine: 'moon' }, 'true'] }] }),
      'task one, solution "Far": names the Machine moon, which the lesson does not have',
    ],
    [
      'a variable in a lesson without any',
      withTask({ title: 'Make {{thing}}' }),
      'task one, title: unknown variable {{thing}}',
    ],
    [
      'an unknown variable in a command',
      { ...withTask({ solutions: [{ title: 'The way', steps: ['touch {{fiel}}'] }] }), vars: () => ({ file: 'a' }) },
      'task one, solution "The way": unknown variable {{fiel}}',
    ],
    [
      'an unknown variable in the setup',
      lesson({ machines: [{ name: 'lab', setup: 'touch {{ x }}' }], vars: () => ({ file: 'a' }) }),
      'machine lab, setup: unknown variable {{x}}',
    ],
  ])('finds %s', (_, definition, message) => {
    expect(messages(definition)).toEqual([message]);
  });

  it('finds tasks that wait for each other, and what waits for them', () => {
    const tasks = [
      task('one', { needs: ['two'] }),
      task('two', { needs: ['one'] }),
      task('three', { needs: ['two'] }),
      task('four'),
      task('final', { challenge: true }),
    ];
    expect(messages(lesson({ tasks }))).toEqual(['tasks: unreachable: one, two, three need each other in a circle']);
  });

  it.each<[string, ProseText | null, string]>([
    ['missing prose', null, 'prose: missing'],
    ['prose without sources', proseFor(lesson(), { sources: [] }), 'no sources'],
    [
      'prose of another section',
      proseFor(lesson(), { number: '1.2' }),
      'its frontmatter says section 1.2, the lesson 1.1',
    ],
    [
      'a task that is placed nowhere',
      proseFor(lesson({ tasks: lesson().tasks.slice(1) })),
      'does not place the task one',
    ],
    [
      'a task that is placed twice',
      withBody('<Task id="one" />'),
      'places the task one more than once (lines 3, 21 of the text)',
    ],
    [
      'an unknown task',
      withBody("<Task id='seven' />"),
      'places the task seven (line 21 of the text), which the lesson does not have',
    ],
    [
      'a run fence in another language',
      withBody('```yaml run\na: 1\n```'),
      'line 21 of the text: a fence marked run is in yaml',
    ],
    [
      'a run fence in no language',
      withBody('``` run\nls\n```'),
      'line 21 of the text: a fence marked run is in no language',
    ],
    ['a fence left open', withBody('```sh run\nls'), 'a fence is not closed'],
    [
      'tasks in another order',
      proseFor(lesson({ tasks: lesson().tasks.toReversed() })),
      'places final where the definition has one',
    ],
    ['an unknown variable', withBody('See `{{file}}`.'), 'unknown variable {{file}}'],
  ])('finds %s', (_, prose, message) => {
    const found = messages(lesson(), prose);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  it('lets plain fences and shell fences be', () => {
    expect(messages(lesson(), withBody('```sh run\nls\n```\n\n```text\nrun\n```\n\n~~~yaml\na: 1\n~~~'))).toEqual([]);
  });
});
