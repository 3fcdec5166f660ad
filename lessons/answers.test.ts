import { describe, expect, it } from 'vitest';
import { emptyState } from '../engine/state';
import { answerIn, lettersIn, numbersIn } from './answers';
import type { LabHandle } from './lab';

/** A lab with one readable file. */
function labWith(content: string | null): LabHandle {
  const files = {
    text: async (path: string) => (path === '/root/answer' ? content : null),
    stat: async () => null,
    list: async () => null,
  };
  return { state: emptyState(), files: () => files };
}

describe('answerIn', () => {
  it('drops blank space around the words', async () => {
    expect(await answerIn(labWith('  two words\n\n'), '/root/answer')).toBe('two words');
  });

  it('takes an empty file for no answer, like a missing one', async () => {
    expect(await answerIn(labWith(' \n'), '/root/answer')).toBeNull();
    expect(await answerIn(labWith('x'), '/root/other')).toBeNull();
  });
});

describe('lettersIn', () => {
  it.each(['ad', 'd, a', 'A D', 'a\nd\n', 'dad'])('reads %j as the choice of a and d', async (text) => {
    expect(await lettersIn(labWith(text), '/root/answer')).toBe('ad');
  });

  it('has nothing to say about a file without letters', async () => {
    expect(await lettersIn(labWith('1 2'), '/root/answer')).toBeNull();
    expect(await lettersIn(labWith(null), '/root/answer')).toBeNull();
  });
});

describe('numbersIn', () => {
  it('keeps their order, whatever is between them', async () => {
    expect(await numbersIn(labWith('NSpid:\t237\t2\t1\n'), '/root/answer')).toEqual([237, 2, 1]);
  });

  it('tells no numbers from no file', async () => {
    expect(await numbersIn(labWith('none'), '/root/answer')).toEqual([]);
    expect(await numbersIn(labWith(null), '/root/answer')).toBeNull();
  });
});
