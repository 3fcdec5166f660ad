/** `-m addrtype`, `-m iprange`: kinds and ranges of addresses. */

import { formatIp, nftNames as names, parseIp } from '../../../../kernel/sim';
import { match, one, range, type Translation } from '../extension';
import { IptablesError, not } from '../words';
import { type SmallSpec, sign, type Text } from './small-match';

interface AddressTypes {
  source: { types: string[]; inverted: boolean } | null;
  destination: { types: string[]; inverted: boolean } | null;
}

export const addrtype: SmallSpec<AddressTypes> = {
  name: 'addrtype',
  options: ['--src-type', '--dst-type'],
  required: 'addrtype: At least one option is required\n',
  read: (option, words, before) => {
    const types = words.value(option).toUpperCase().split(',');
    const bad = types.find((type) => names.addressTypes.numberOf(type.toLowerCase()) === null);
    if (bad !== undefined) throw new IptablesError(`addrtype: bad type \`${bad}'`);
    const which = { types, inverted: words.inverted };
    const known = before ?? { source: null, destination: null };
    return option === '--src-type' ? { ...known, source: which } : { ...known, destination: which };
  },
  save: ({ source, destination }) =>
    [
      source && `${not(source.inverted)}--src-type ${source.types.join(',')}`,
      destination && `${not(destination.inverted)}--dst-type ${destination.types.join(',')}`,
    ]
      .filter((text) => text !== null)
      .join(' '),
  list: ({ source, destination }) =>
    [
      'ADDRTYPE match',
      source && `src-type ${source.inverted ? '!' : ''}${source.types.join(',')}`,
      destination && `dst-type ${destination.inverted ? '!' : ''}${destination.types.join(',')}`,
    ]
      .filter((text) => text !== null)
      .join(' '),
  // Of two only the first is written.
  translate: ({ source, destination }) => {
    const tests = [...typeTest('saddr type', source), ...typeTest('daddr type', destination)];
    return [{ text: tests[0]?.text ?? '', does: tests.flatMap(({ does }) => does) }];
  },
};

function typeTest(of: 'saddr type' | 'daddr type', which: AddressTypes['source']): Translation[] {
  if (!which) return [];
  const types = which.types.map((type) => type.toLowerCase());
  const value = types.length === 1 ? one(types[0] ?? '') : { kind: 'set' as const, values: types.map(one) };
  const text = types.length === 1 ? (types[0] ?? '') : `{ ${types.join(', ')} }`;
  return [
    {
      text: `fib ${of} ${which.inverted ? '!= ' : ''}${text}`,
      does: [match({ on: 'fib', of }, value, which.inverted)],
    },
  ];
}

interface IpRanges {
  source: Text | null;
  destination: Text | null;
}

export const iprange: SmallSpec<IpRanges> = {
  name: 'iprange',
  options: ['--src-range', '--dst-range'],
  required: "iprange match: You must specify `--src-range' or `--dst-range'",
  read: (option, words, before) => {
    const ends = words.value(option).split('-').map(parseIp);
    const [from, to = from] = ends;
    if (from === undefined || from === null || to === undefined || to === null)
      throw new IptablesError(`iprange: Bad value for "${option}" option`);
    const text = { text: `${formatIp(from)}-${formatIp(to)}`, inverted: words.inverted };
    const known = before ?? { source: null, destination: null };
    return option === '--src-range' ? { ...known, source: text } : { ...known, destination: text };
  },
  save: ({ source, destination }) =>
    [
      source && `${not(source.inverted)}--src-range ${source.text}`,
      destination && `${not(destination.inverted)}--dst-range ${destination.text}`,
    ]
      .filter((text) => text !== null)
      .join(' '),
  list: ({ source, destination }) =>
    [
      source && `source IP range ${source.inverted ? '! ' : ''}${source.text}`,
      destination && `destination IP range ${destination.inverted ? '! ' : ''}${destination.text}`,
    ]
      .filter((text) => text !== null)
      .join(' '),
  translate: ({ source, destination }) => [...rangeTest('saddr', source), ...rangeTest('daddr', destination)],
};

function rangeTest(of: 'saddr' | 'daddr', which: Text | null): Translation[] {
  if (!which) return [];
  const [from = '', to = ''] = which.text.split('-');
  const on = from.includes(':') ? 'ip6' : 'ip';
  return [
    {
      text: `${on} ${of} ${sign(which.inverted)}${which.text}`,
      does: [match({ on, of }, range(from, to), which.inverted)],
    },
  ];
}
