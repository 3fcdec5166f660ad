/** factor: prime factors (factor(1)). */

import type { Blocking } from '../../kernel/sim';
import { append } from '../lib/append';
import { isDirectory } from '../lib/stat';
import { Lines } from './common/lines';
import { makeTool, type Tool } from './common/tool';

export const factor = makeTool({
  name: 'factor',
  help: `[NUMBER]...
Print the prime factors of each NUMBER, from the command line or from standard input.`,
  *run(tool) {
    if (tool.operands.length > 0) {
      for (const text of tool.operands) yield* print(tool, text);
      return;
    }
    if (isDirectory(tool.sys.fstat(0))) return;
    const lines = new Lines(tool.sys, 0);
    for (let line = yield* lines.next(); line !== null; line = yield* lines.next()) {
      for (const text of line.text.split(/[ \t]+/).filter((word) => word !== '')) yield* print(tool, text);
      yield* tool.flush();
    }
  },
});

function* print(tool: Tool, text: string): Blocking<void> {
  const match = /^[ \t]*\+?(\d+)$/.exec(text);
  if (!match) return yield* tool.fail(`${tool.word(text)} is not a valid positive integer`);
  const number = BigInt(match[1] ?? '0');
  const factors = number < 2n ? [] : (yield* factorsOf(tool, number)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  yield* tool.line([`${number}:`, ...factors].join(' '));
}

const smallPrimes = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n];

function* factorsOf(tool: Tool, number: bigint): Blocking<bigint[]> {
  const factors: bigint[] = [];
  let rest = number;
  for (let prime = 2n; prime < 2000n && prime * prime <= rest; prime += prime === 2n ? 1n : 2n) {
    while (rest % prime === 0n) {
      factors.push(prime);
      rest /= prime;
    }
  }
  if (rest > 1n) append(factors, yield* split(tool, rest));
  return factors;
}

function* split(tool: Tool, number: bigint): Blocking<bigint[]> {
  if (isPrime(number)) return [number];
  for (let seed = 1n; ; seed++) {
    const divisor = yield* pollardRho(tool, number, seed);
    if (divisor === number) continue;
    return [...(yield* split(tool, divisor)), ...(yield* split(tool, number / divisor))];
  }
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let [result, square, rest] = [1n, base % modulus, exponent];
  while (rest > 0n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
    rest >>= 1n;
  }
  return result;
}

/** Miller and Rabin, with bases that are certain up to 3.3e24. */
function isPrime(number: bigint): boolean {
  if (number < 2n) return false;
  for (const prime of smallPrimes) if (number % prime === 0n) return number === prime;
  let [odd, twos] = [number - 1n, 0];
  while (odd % 2n === 0n) {
    odd /= 2n;
    twos++;
  }
  return smallPrimes.every((base) => {
    let value = power(base, odd, number);
    if (value === 1n || value === number - 1n) return true;
    for (let round = 1; round < twos; round++) {
      value = (value * value) % number;
      if (value === number - 1n) return true;
    }
    return false;
  });
}

function gcd(a: bigint, b: bigint): bigint {
  let [one, other] = [a < 0n ? -a : a, b];
  while (other > 0n) [one, other] = [other, one % other];
  return one;
}

/** Pollard's rho; the greatest common divisor is taken of many differences together. */
function* pollardRho(tool: Tool, number: bigint, seed: bigint): Blocking<bigint> {
  const step = (value: bigint) => (value * value + seed) % number;
  const batch = 256;
  let [slow, fast] = [2n, 2n];
  for (;;) {
    const start = [slow, fast] as const;
    let product = 1n;
    for (let round = 0; round < batch; round++) {
      slow = step(slow);
      fast = step(step(fast));
      product = (product * (slow - fast)) % number;
    }
    yield* tool.sys.checkpoint();
    if (gcd(product, number) === 1n) continue;
    [slow, fast] = start;
    for (;;) {
      slow = step(slow);
      fast = step(step(fast));
      const divisor = gcd(slow - fast, number);
      if (divisor > 1n) return divisor;
    }
  }
}
