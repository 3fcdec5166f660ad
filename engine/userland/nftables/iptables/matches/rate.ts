/** `-m limit`, `-m statistic`: not every packet. */

import type { NftStatement } from '../../../../kernel/sim';
import { match, one } from '../extension';
import { IptablesError, not } from '../words';
import type { SmallSpec } from './small-match';

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

export const defaultLimit: Limit = { rate: 3, unit: 'hour', burst: 5 };

export const limit: SmallSpec<Limit> = {
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

interface Statistic {
  mode: 'random' | 'nth';
  probability: number;
  every: number;
  packet: number;
  inverted: boolean;
}

const noStatistic: Statistic = { mode: 'random', probability: 0, every: 0, packet: 0, inverted: false };

const half = 0x80000000;

export const statistic: SmallSpec<Statistic> = {
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
