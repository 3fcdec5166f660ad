/** How many system calls a simulated program makes in a second, beside what Node itself makes of the real kernel. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { O_RDONLY } from '../../engine/kernel/sim';
import { bootTest } from '../../engine/kernel/sim/testing/boot';
import { type Row, ratio } from '../report';

interface Rates {
  read: number;
  stat: number;
}

const calls = 400_000;
const target = 200_000;

export function simulatedCalls(): Row[] {
  measure();
  const ours = measure();
  const theirs = measureReal();
  const row = (what: string, rate: number, peer: number, limit: number): Row => ({
    bench: 'simulator',
    what,
    value: `${thousands(rate)}/s (${ratio(rate / peer)})`,
    peer: `${thousands(peer)}/s (Node, Linux)`,
    limit: `at least ${thousands(limit)}/s`,
    holds: rate >= limit,
  });
  return [
    row('read of one byte', ours.read, theirs.read, target),
    row('stat of a path', ours.stat, theirs.stat, target),
  ];
}

function measure(): Rates {
  const rates: Rates = { stat: 0, read: 0 };
  bootTest(
    {
      *main(sys) {
        let began = performance.now();
        for (let i = 0; i < calls; i++) {
          sys.stat('/directory/file');
          if (i % 1000 === 0) yield* sys.checkpoint();
        }
        rates.stat = perSecond(began);
        const fd = yield* sys.open('/directory/file', O_RDONLY);
        began = performance.now();
        for (let i = 0; i < calls; i++) yield* sys.read(fd, 1);
        rates.read = perSecond(began);
        return 0;
      },
    },
    { files: { '/directory/file': 'x'.repeat(calls) } },
  );
  return rates;
}

function measureReal(): Rates {
  const fd = openSync('/dev/zero', 'r');
  const buffer = new Uint8Array(1);
  let began = performance.now();
  for (let i = 0; i < calls; i++) readSync(fd, buffer, 0, 1, null);
  const read = perSecond(began);
  closeSync(fd);
  began = performance.now();
  for (let i = 0; i < calls; i++) statSync('/dev/zero');
  return { read, stat: perSecond(began) };
}

const perSecond = (began: number) => (calls / (performance.now() - began)) * 1000;
const thousands = (rate: number) => `${Math.round(rate / 1000)}k`;
