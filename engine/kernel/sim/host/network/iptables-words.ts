/**
 * A rule in the words of iptables(8), as iptables-save writes it. iptables-nft reads the rules of its tables back from
 * nf_tables' own expressions; the simulated one has them as words.
 */
import type { NftFamily, NftStatement } from '../../../packet-rules';

const verdicts = { accept: 'ACCEPT', drop: 'DROP', return: 'RETURN' } as const;

/** Null for what iptables has no words for, or no table. */
export function iptablesWords(statements: readonly NftStatement[], family: NftFamily): string | null {
  if (family !== 'ip' && family !== 'ip6') return null;
  const parts = statements.map((statement) => wordsOf(statement, family));
  if (parts.includes(null)) return null;
  const written = parts.flatMap((part) => (part === null || part.text === '' ? [] : [part]));
  return written
    .sort((a, b) => a.place - b.place)
    .map(({ text }) => text)
    .join(' ');
}

/** Source, destination, devices, other matches, the verdict: in this order they are written. */
const places = { source: 0, destination: 1, input: 2, output: 3, match: 4, verdict: 5 } as const;

interface Part {
  place: number;
  text: string;
}

function wordsOf(statement: NftStatement, family: 'ip' | 'ip6'): Part | null {
  switch (statement.kind) {
    case 'counter':
      return { place: places.match, text: '' };
    case 'xt comment':
      return { place: places.match, text: `-m comment --comment ${quoted(statement.comment)}` };
    case 'xt conntrack': {
      const states = statement.states.map((state) => state.toUpperCase());
      return { place: places.match, text: `-m conntrack --ctstate ${states.join(',')}` };
    }
    case 'verdict': {
      const { verdict } = statement;
      if (verdict.kind === 'goto') return { place: places.verdict, text: `-g ${verdict.chain}` };
      const target = verdict.kind === 'jump' ? verdict.chain : verdicts[verdict.kind];
      return { place: places.verdict, text: `-j ${target}` };
    }
    case 'match':
      return matchWords(statement, family);
    default:
      return null;
  }
}

function matchWords({ key, op, value }: Extract<NftStatement, { kind: 'match' }>, family: 'ip' | 'ip6'): Part | null {
  const not = op === '!=' ? '! ' : '';
  if (key.on === 'meta' && value.kind === 'one') {
    if (key.of === 'iifname') return { place: places.input, text: `${not}-i ${value.value}` };
    return key.of === 'oifname' ? { place: places.output, text: `${not}-o ${value.value}` } : null;
  }
  if (key.on !== 'ip' && key.on !== 'ip6') return null;
  const [address, length] =
    value.kind === 'one' ? [value.value, family === 'ip' ? 32 : 128] : [value.address, value.length];
  const [place, option] = key.of === 'saddr' ? [places.source, '-s'] : [places.destination, '-d'];
  return { place, text: `${not}${option} ${address}/${length}` };
}

function quoted(text: string): string {
  return /^[A-Za-z0-9_./:=-]+$/.test(text) ? text : `"${text.replace(/(["\\])/g, '\\$1')}"`;
}
