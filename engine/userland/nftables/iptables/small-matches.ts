/** Matches with one thing to say. */
import { formatIp, type NftStatement, nftNames as names, parseIp } from '../../../kernel/sim';
import { type Extension, hex, type ListOptions, mark, match, one, range, type Translation } from './extension';
import { IptablesError, not, quoted, type Words } from './words';

/** A match whose one option is read, written and translated by three functions. */
interface SmallSpec<T> {
  name: string;
  options: readonly string[];
  read(option: string, words: Words, before: T | null): T;
  /** Message when nothing was said; null: that is fine. */
  required: string | null;
  save(value: T): string;
  list(value: T, options: ListOptions): string;
  translate(value: T): Translation[];
}

class SmallMatch<T> implements Extension {
  readonly name: string;
  #value: T | null;

  constructor(
    private readonly spec: SmallSpec<T>,
    initial: T | null = null,
  ) {
    this.name = spec.name;
    this.#value = initial;
  }

  option(option: string, words: Words): boolean {
    if (!this.spec.options.includes(option)) return false;
    this.#value = this.spec.read(option, words, this.#value);
    return true;
  }
  complete(): void {
    if (this.#value === null && this.spec.required !== null) throw new IptablesError(this.spec.required);
  }
  save(): string {
    return this.#value === null ? '' : this.spec.save(this.#value);
  }
  list(options: ListOptions): string {
    return this.#value === null ? '' : this.spec.list(this.#value, options);
  }
  translate(): Translation[] {
    return this.#value === null ? [] : this.spec.translate(this.#value);
  }
}

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

function markSpec(name: 'mark' | 'connmark'): SmallSpec<Mark> {
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

const comment: SmallSpec<string> = {
  name: 'comment',
  options: ['--comment'],
  required: 'comment: option "--comment" must be specified\n',
  read: (option, words) => words.value(option),
  save: (text) => `--comment ${quoted(text)}`,
  list: (text) => `/* ${text} */`,
  translate: () => [{ text: '', does: [] }],
};

const limitUnits: ReadonlyArray<readonly [unit: 'second' | 'minute' | 'hour' | 'day', short: string]> = [
  ['second', 'sec'],
  ['minute', 'min'],
  ['hour', 'hour'],
  ['day', 'day'],
];

interface Limit {
  rate: number;
  unit: (typeof limitUnits)[number][0];
  burst: number;
}

const defaultLimit: Limit = { rate: 3, unit: 'hour', burst: 5 };

const limit: SmallSpec<Limit> = {
  name: 'limit',
  options: ['--limit', '--limit-burst'],
  required: null,
  read: (option, words, before) => {
    const text = words.value(option);
    const known = before ?? defaultLimit;
    if (option === '--limit-burst') return { ...known, burst: Number(text) };
    const parsed = /^(\d+)(?:\/(\w+))?$/.exec(text);
    const unit = limitUnits.find(([name]) => name.startsWith(parsed?.[2] ?? 'second'))?.[0];
    if (!parsed || !unit) throw new IptablesError(`bad rate "${text}"'`);
    return { ...known, rate: Number(parsed[1]), unit };
  },
  save: ({ rate, unit, burst }) => `--limit ${rate}/${shortUnit(unit)}${burst === 5 ? '' : ` --limit-burst ${burst}`}`,
  list: ({ rate, unit, burst }) => `limit: avg ${rate}/${shortUnit(unit)} burst ${burst}`,
  translate: ({ rate, unit, burst }) => [
    {
      text: `limit rate ${rate}/${unit}${burst === 5 ? '' : ` burst ${burst} packets`}`,
      does: [{ kind: 'limit', rate, unit, burst, over: false, bytes: false }],
    },
  ],
};

function shortUnit(unit: Limit['unit']): string {
  return limitUnits.find(([name]) => name === unit)?.[1] ?? unit;
}

interface AddressTypes {
  source: { types: string[]; inverted: boolean } | null;
  destination: { types: string[]; inverted: boolean } | null;
}

const addrtype: SmallSpec<AddressTypes> = {
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

interface Statistic {
  mode: 'random' | 'nth';
  probability: number;
  every: number;
  packet: number;
  inverted: boolean;
}

const noStatistic: Statistic = { mode: 'random', probability: 0, every: 0, packet: 0, inverted: false };
const half = 0x80000000;

const statistic: SmallSpec<Statistic> = {
  name: 'statistic',
  options: ['--mode', '--probability', '--every', '--packet'],
  required: 'no mode specified',
  read: (option, words, before) => {
    const text = words.value(option);
    const known = before ?? noStatistic;
    if (option === '--mode') {
      if (text !== 'random' && text !== 'nth') throw new IptablesError(`Bad mode "${text}"`);
      return { ...known, mode: text };
    }
    const inverted = known.inverted || words.inverted;
    if (option === '--probability') return { ...known, probability: Number(text), inverted };
    return option === '--every' ? { ...known, every: Number(text), inverted } : { ...known, packet: Number(text) };
  },
  save: ({ mode, probability, every, packet, inverted }) =>
    mode === 'random'
      ? `--mode random ${not(inverted)}--probability ${probability.toFixed(11)}`
      : `--mode nth ${not(inverted)}--every ${every} --packet ${packet}`,
  list: ({ mode, probability, every, packet, inverted }) =>
    mode === 'random'
      ? `statistic mode random ${not(inverted)}probability ${probability.toFixed(11)}`
      : `statistic mode nth ${not(inverted)}every ${every}${packet > 0 ? ` packet ${packet}` : ''}`,
  translate: ({ mode, probability, every, packet, inverted }) => {
    if (mode === 'nth') {
      return [
        {
          text: `numgen inc mod ${every} ${inverted ? '!= ' : ''}${packet}`,
          does: [match({ on: 'numgen', of: 'inc', mod: every, offset: 0 }, one(packet), inverted)],
        },
      ];
    }
    const bound = Math.round(probability * half);
    const does: NftStatement[] = [
      {
        kind: 'match',
        keys: [{ on: 'meta', of: 'random' }],
        op: inverted ? '>=' : '<',
        value: one(bound),
        mask: half - 1,
      },
    ];
    return [{ text: `meta random & ${half - 1} ${inverted ? '>=' : '<'} ${bound}`, does }];
  },
};

interface Text {
  text: string;
  inverted: boolean;
}

function textSpec(
  name: string,
  option: string,
  parts: {
    list: (value: Text, options: ListOptions) => string;
    translate: (value: Text) => Translation[];
    check?: (text: string) => string;
  },
): SmallSpec<Text> {
  return {
    name,
    options: [option],
    required: `${name}: option "${option}" must be specified\n`,
    read: (given, words) => {
      const text = words.value(given);
      return { text: parts.check?.(text) ?? text, inverted: words.inverted };
    },
    save: ({ text, inverted }) => `${not(inverted)}${option} ${text}`,
    list: parts.list,
    translate: parts.translate,
  };
}

const sign = (inverted: boolean) => (inverted ? '!= ' : '');

const specs = {
  mac: textSpec('mac', '--mac-source', {
    check: (text) => text.toLowerCase(),
    list: ({ text, inverted }) => `MAC ${inverted ? '!' : ''}${text}`,
    translate: ({ text, inverted }) => [
      {
        text: `ether saddr ${sign(inverted)}${text}`,
        does: [match({ on: 'ether', of: 'saddr' }, one(text), inverted)],
      },
    ],
  }),
  pkttype: textSpec('pkttype', '--pkt-type', {
    list: ({ text, inverted }) => `PKTTYPE ${inverted ? '!=' : '='} ${text}`,
    translate: ({ text, inverted }) => [
      { text: `pkttype ${sign(inverted)}${text}`, does: [match({ on: 'meta', of: 'pkttype' }, one(text), inverted)] },
    ],
  }),
  length: textSpec('length', '--length', {
    list: ({ text, inverted }) => `length ${inverted ? '!' : ''}${text}`,
    translate: ({ text, inverted }) => {
      const [from = '0', to = from] = text.split(':');
      return [
        {
          text: `meta length ${sign(inverted)}${from === to ? from : `${from}-${to}`}`,
          does: [match({ on: 'meta', of: 'length' }, range(from, to), inverted)],
        },
      ];
    },
  }),
};

interface Ttl {
  operator: '--ttl-eq' | '--ttl-lt' | '--ttl-gt';
  value: number;
  inverted: boolean;
}

const ttl: SmallSpec<Ttl> = {
  name: 'ttl',
  options: ['--ttl-eq', '--ttl-lt', '--ttl-gt', '--ttl'],
  required: "TTL match: You must specify one of `--ttl-eq', `--ttl-lt', `--ttl-gt",
  read: (option, words) => {
    const value = Number(words.value(option));
    const operator = option === '--ttl-lt' || option === '--ttl-gt' ? option : '--ttl-eq';
    return { operator, value, inverted: words.inverted };
  },
  save: ({ operator, value, inverted }) => `${not(inverted)}${operator} ${value}`,
  list: ({ operator, value, inverted }) =>
    `TTL match TTL ${operator === '--ttl-eq' ? (inverted ? '!=' : '==') : operator === '--ttl-lt' ? '<' : '>'} ${value}`,
  translate: ({ operator, value, inverted }) => {
    const op = operator === '--ttl-lt' ? '<' : operator === '--ttl-gt' ? '>' : inverted ? '!=' : '==';
    return [
      {
        text: `ip ttl ${op === '==' ? '' : `${op} `}${value}`,
        does: [{ kind: 'match', keys: [{ on: 'ip', of: 'ttl' }], op, value: one(value) }],
      },
    ];
  },
};

interface Owner {
  what: 'uid' | 'gid';
  from: number;
  to: number;
  inverted: boolean;
}

const owner: SmallSpec<Owner> = {
  name: 'owner',
  options: ['--uid-owner', '--gid-owner'],
  required: 'owner: At least one of --uid-owner, --gid-owner or --socket-exists is required',
  read: (option, words) => {
    const text = words.value(option);
    const ids = text === 'root' ? ['0'] : text.split('-');
    const [from = Number.NaN, to = from] = ids.map(Number);
    if (Number.isNaN(from)) throw new IptablesError(`owner: Bad value for "${option}" option: "${text}"`);
    return { what: option === '--uid-owner' ? 'uid' : 'gid', from, to, inverted: words.inverted };
  },
  save: ({ what, from, to, inverted }) => `${not(inverted)}--${what}-owner ${from === to ? from : `${from}-${to}`}`,
  list: ({ what, from, to, inverted }, { numeric }) =>
    `${inverted ? '! ' : ''}owner ${what.toUpperCase()} match ${from === to ? (!numeric && from === 0 ? 'root' : from) : `${from}-${to}`}`,
  translate: ({ what, from, to, inverted }) => [
    {
      text: `sk${what} ${sign(inverted)}${from === to ? from : `${from}-${to}`}`,
      does: [match({ on: 'meta', of: what === 'uid' ? 'skuid' : 'skgid' }, range(from, to), inverted)],
    },
  ],
};

interface IpRanges {
  source: Text | null;
  destination: Text | null;
}

const iprange: SmallSpec<IpRanges> = {
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

/** Null when there is no such match here. */
export function smallMatch(name: string): Extension | null {
  switch (name) {
    case 'mark':
    case 'connmark':
      return new SmallMatch(markSpec(name));
    case 'comment':
      return new SmallMatch(comment);
    case 'limit':
      return new SmallMatch(limit, defaultLimit);
    case 'addrtype':
      return new SmallMatch(addrtype);
    case 'statistic':
      return new SmallMatch(statistic);
    case 'mac':
    case 'pkttype':
    case 'length':
      return new SmallMatch(specs[name]);
    case 'ttl':
      return new SmallMatch(ttl);
    case 'owner':
      return new SmallMatch(owner);
    case 'iprange':
      return new SmallMatch(iprange);
    default:
      return null;
  }
}
