import { describe, expect, it } from 'vitest';
import { PromptMarks, readable } from './prompt-marks';

const prompt = '\x1b]133;A\x07root@lab:~# \x1b]133;B\x07';

describe('PromptMarks', () => {
  it('counts prompts, however the output is cut into pieces', () => {
    const whole = `${prompt}ls\r\n\x1b]133;C\x07file\r\n\x1b]133;D;0\x07${prompt}`;
    for (let size = 1; size <= whole.length; size++) {
      const marks = new PromptMarks();
      for (let at = 0; at < whole.length; at += size) marks.feed(whole.slice(at, at + size));
      expect(marks.count, `pieces of ${size}`).toBe(2);
    }
  });

  it('does not take other marks for a prompt', () => {
    const marks = new PromptMarks();
    marks.feed('\x1b]133;A\x07 \x1b]133;C\x07 \x1b]0;133;B\x07 133;B');
    expect(marks.count).toBe(0);
  });
});

describe('readable', () => {
  it('leaves the text', () => {
    expect(readable(`\x1b[?2004h${prompt}\x1b[1;36mls\x1b[0m\x1b[K\r\n\x1b(Bfile\r\n`)).toBe('root@lab:~# ls\nfile\n');
  });
});
