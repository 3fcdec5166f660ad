import { expect, test } from 'vitest';
import { anchorOf, type Outline, outline } from './outline';

const text = (value: string) => ({ type: 'text', value });
const heading = (value: string) => ({ type: 'heading', depth: 2, children: [text(value)] });

function run(children: Parameters<ReturnType<ReturnType<typeof outline>>>[0][]): Outline {
  const found: Outline = { headings: [], tasks: [] };
  outline(found)()({ type: 'root', children });
  return found;
}

test('anchors are words and dashes, and never twice the same', () => {
  expect(anchorOf('What a write does: copy-up!')).toBe('what-a-write-does-copy-up');
  expect(anchorOf('***')).toBe('section');
  expect(run([heading('Deleting'), heading('Deleting')]).headings.map(({ id }) => id)).toEqual([
    'deleting',
    'deleting-2',
  ]);
});

test('notes the tasks that are placed', () => {
  const task = {
    type: 'mdxJsxFlowElement',
    name: 'Task',
    attributes: [{ type: 'mdxJsxAttribute' as const, name: 'id', value: 'mount' }],
  };
  expect(run([task]).tasks).toEqual(['mount']);
});

test('a fence keeps its language, its marks and its text', () => {
  const fence = { type: 'code', lang: 'sh', meta: 'run', value: 'ls' };
  run([fence]);
  expect(fence).toMatchObject({ name: 'CodeFence', attributes: [{ value: 'sh' }, { value: 'run' }, { value: 'ls' }] });
});
