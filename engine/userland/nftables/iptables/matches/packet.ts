/** `-m comment`, `mac`, `pkttype`, `length`, `ttl`, `owner`: what a packet is, and whose. */

import { match, one, range } from '../extension';
import { IptablesError, not, quoted } from '../words';
import { type SmallSpec, sign, textSpec } from './small-match';

export const comment: SmallSpec<string> = {
  name: 'comment',
  options: ['--comment'],
  required: 'comment: option "--comment" must be specified\n',
  read: (option, words) => words.value(option),
  save: (text) => `--comment ${quoted(text)}`,
  list: (text) => `/* ${text} */`,
  translate: () => [{ text: '', does: [] }],
};

export const specs = {
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

export const ttl: SmallSpec<Ttl> = {
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

export const owner: SmallSpec<Owner> = {
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
