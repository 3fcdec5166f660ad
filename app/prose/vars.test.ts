import { expect, test } from 'vitest';
import { cutAtPlaceholders, fillKnown, placeholdersToComponents } from './vars';

test('cuts a text at its placeholders', () => {
  expect(cutAtPlaceholders('cd {{dir}}/{{ sub }}')).toEqual([
    { text: 'cd ' },
    { name: 'dir' },
    { text: '/' },
    { name: 'sub' },
  ]);
  expect(cutAtPlaceholders('plain')).toEqual([{ text: 'plain' }]);
});

test('fills in what is known and leaves the rest', () => {
  expect(fillKnown('{{a}} {{b}}', { a: 'x' })).toBe('x {{b}}');
});

test('turns placeholders into components, but not in code', () => {
  const mdx = 'Go to {{dir}}, that is `{{dir}}`:\n\n```sh run\ncd {{dir}}\n```\n\nin {{dir}}.\n';
  expect(placeholdersToComponents(mdx)).toBe(
    'Go to <Var name="dir" />, that is `{{dir}}`:\n\n```sh run\ncd {{dir}}\n```\n\nin <Var name="dir" />.\n',
  );
});
