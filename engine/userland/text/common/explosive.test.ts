import { expect, test } from 'vitest';
import { mayExplode } from './explosive';

test.each(['(a+)+$', '((a+))*b', '(a|aa)+$', '(?:a|[ab])*c', '(\\w*)*x', '((ab)*c*){2,}', '(.*){20}x', '(x|(a+))+'])(
  '%s may explode',
  (source) => expect(mayExplode(source)).toBe(true),
);

test.each([
  'a*b',
  '(\\d+\\.){3}\\d+',
  '(foo|bar)+',
  '[(a+)+]',
  '\\(a+\\)+',
  '(a+)?b',
  '^(?<name>\\w+)=(?<value>.*)$',
  '(?<=a+)b',
  '(ab)+',
])('%s does not', (source) => expect(mayExplode(source)).toBe(false));
