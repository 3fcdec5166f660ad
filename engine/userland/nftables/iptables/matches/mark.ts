/** `-m mark`, `-m connmark`: numbers on packets and connections. */
import { nftNames as names } from '../../../../kernel/sim';
import { hex, mark, match, one } from '../extension';
import { IptablesError, not } from '../words';
import type { SmallSpec } from './small-match';

interface Mark {
  value: number;
  mask: number;
  inverted: boolean;
}

const all = 0xffffffff;

export function parseMark(text: string): { value: number; mask: number } {
  const [valueText = '', maskText] = text.split('/');
  const value = names.parseNumber(valueText);
  const mask = maskText === undefined ? all : names.parseNumber(maskText);
  if (value === null || mask === null) throw new IptablesError(`Bad MARK value "${text}"`);
  return { value, mask };
}

export function markSpec(name: 'mark' | 'connmark'): SmallSpec<Mark> {
  const text = ({ value, mask }: Mark) => (mask === all ? hex(value) : `${hex(value)}/${hex(mask)}`);
  return {
    name,
    options: ['--mark'],
    required: `${name}: option "--mark" must be specified\n`,
    read: (option, words) => {
      const parsed = parseMark(words.value(option));
      return { ...parsed, inverted: words.inverted };
    },
    save: (value) => `${not(value.inverted)}--mark ${text(value)}`,
    list: (value) =>
      name === 'mark'
        ? `mark match ${value.inverted ? '! ' : ''}${text(value)}`
        : `connmark match  ${value.inverted ? '!' : ''}${text(value)}`,
    translate: ({ value, mask, inverted }) => {
      const key = name === 'mark' ? ({ on: 'meta', of: 'mark' } as const) : ({ on: 'ct', of: 'mark' } as const);
      const does = [match(key, one(value), inverted, mask === all ? undefined : mask)];
      const sign = inverted ? '!=' : '==';
      if (name === 'connmark')
        return [
          {
            text:
              mask === all
                ? `ct mark ${inverted ? '!= ' : ''}${hex(value)}`
                : `ct mark and ${hex(mask)} ${sign} ${hex(value)}`,
            does,
          },
        ];
      return [
        {
          text:
            mask === all
              ? `meta mark ${inverted ? '!= ' : ''}${mark(value)}`
              : `meta mark & ${mark(mask)} ${sign} ${mark(value)}`,
          does,
        },
      ];
    },
  };
}
