/** How many system calls a simulated program makes in a second, beside what Node itself makes of the real kernel. */
import { closeSync, openSync, readSync } from 'node:fs';
import { O_RDONLY } from '../../engine/kernel/sim';
import { bootTest } from '../../engine/kernel/sim/testing/boot';
import { type Row, ratio } from '../report';

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
  return [row('read of one byte', ours.read, theirs, target), row('getpid', ours.getpid, theirs, target)];
}

function measure(): { getpid: number; read: number } {
  const rates = { getpid: 0, read: 0 };
  bootTest(
    {
      *main(sys) {
        let began = performance.now();
        for (let i = 0; i < calls; i++) {
          sys.getpid();
          if (i % 1000 === 0) yield* sys.checkpoint();
        }
        rates.getpid = perSecond(began);
        const fd = yield* sys.open('/file', O_RDONLY);
        began = performance.now();
        for (let i = 0; i < calls; i++) yield* sys.read(fd, 1);
        rates.read = perSecond(began);
        return 0;
      },
    },
    { files: { '/file': 'x'.repeat(calls) } },
  );
  return rates;
}

function measureReal(): number {
  const fd = openSync('/dev/zero', 'r');
  const buffer = new Uint8Array(1);
  const began = performance.now();
  for (let i = 0; i < calls; i++) readSync(fd, buffer, 0, 1, null);
  const rate = perSecond(began);
  closeSync(fd);
  return rate;
}

const perSecond = (began: number) => (calls / (performance.now() - began)) * 1000;
const thousands = (rate: number) => `${Math.round(rate / 1000)}k`;
