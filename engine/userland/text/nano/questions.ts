/** What nano asks at the bottom of the screen. */
import type { Blocking } from '../../../kernel/sim';
import type { Key } from '../common/terminal';
import type { View } from './screen';

export class Questions {
  /** What is being asked; the screen shows it. */
  asked: View['prompt'] = null;

  /** `nextKey` draws the screen while there is time. */
  constructor(private readonly nextKey: () => Blocking<Key>) {}

  /** What is typed; null when it was given up. */
  *text(question: string, start = ''): Blocking<string | null> {
    let answer = start;
    for (;;) {
      this.asked = {
        text: question,
        answer,
        keys: [
          ['^G', 'Help'],
          ['^C', 'Cancel'],
        ],
      };
      const key = yield* this.nextKey();
      if (key === 'enter' || key === '^C' || key === 'escape' || key === 'eof') {
        this.asked = null;
        return key === 'enter' ? answer : null;
      }
      if (key === 'backspace' || key === '^H') answer = [...answer].slice(0, -1).join('');
      else if (key === '^K' || key === '^U') answer = '';
      else if ([...key].length === 1) answer += key;
    }
  }

  /** Yes, no, or null for cancel. */
  *confirm(question: string): Blocking<boolean | null> {
    this.asked = {
      text: question,
      answer: '',
      keys: [
        [' Y', 'Yes'],
        [' N', 'No'],
        ['^C', 'Cancel'],
      ],
    };
    for (;;) {
      const answer = meaningOf(yield* this.nextKey());
      if (answer === undefined) continue;
      this.asked = null;
      return answer;
    }
  }
}

function meaningOf(key: Key): boolean | null | undefined {
  if (/^[yn]$/i.test(key)) return /^y$/i.test(key);
  return key === '^C' || key === 'escape' || key === 'eof' ? null : undefined;
}
