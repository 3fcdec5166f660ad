/** The order in which addresses are handed out, for any ranges and wherever it was left off. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatIp, type Ip, parseIp } from '../../spec';
import { candidates, rangeSets } from './range';

/** `10.N.0.first` to `10.N.0.last` for each; the gateway is `10.N.0.gateway`. */
const ranges = fc.array(
  fc
    .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 1, max: 14 }))
    .map(([first, more, gateway]) => ({ first, last: Math.min(first + more, 14), gateway })),
  { minLength: 1, maxLength: 3 },
);

function ip(text: string): Ip {
  const parsed = parseIp(text);
  if (!parsed) throw new Error(text);
  return parsed;
}

it('is every address but the gateways, once, beginning after the last', () => {
  fc.assert(
    fc.property(ranges, fc.nat(), (given, left) => {
      const [set = []] = rangeSets([
        given.map(({ first, last, gateway }, net) => ({
          subnet: `10.${net}.0.0/28`,
          rangeStart: `10.${net}.0.${first}`,
          rangeEnd: `10.${net}.0.${last}`,
          gateway: `10.${net}.0.${gateway}`,
        })),
      ]);
      const all = given.flatMap(({ first, last }, net) =>
        Array.from({ length: last - first + 1 }, (_, at) => `10.${net}.0.${first + at}`),
      );
      const usable = all.filter((address) => !given.some(({ gateway }, net) => address === `10.${net}.0.${gateway}`));
      // Somewhere in the ranges, or, past their end, nowhere.
      const at = left % (all.length + 1);
      const lastGiven = all[at];
      const order = lastGiven === undefined ? all : [...all.slice(at + 1), ...all.slice(0, at + 1)];
      const found = [...candidates(set, lastGiven === undefined ? null : ip(lastGiven))];
      expect(found.map((candidate) => formatIp(candidate.ip))).toEqual(
        order.filter((address) => usable.includes(address)),
      );
    }),
  );
});

it('begins anew when the last one is of no range any more', () => {
  const [set = []] = rangeSets([[{ subnet: '10.0.0.0/29' }]]);
  expect(formatIp([...candidates(set, ip('10.9.9.9'))][0]?.ip ?? ip('0.0.0.0'))).toBe('10.0.0.2');
});
