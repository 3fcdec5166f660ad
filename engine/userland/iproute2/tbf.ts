/** tc-tbf(8): a limit of rate, as tc(8) reads and shows it. */
import { bare, type Nanoseconds, type Shaping } from '../../kernel/sim';
import { type Args, IpError } from './ip/context';

type TokenBucket = NonNullable<Shaping['tokenBucket']>;

const usage = `Usage: ... tbf limit BYTES burst BYTES[/BYTES] rate KBPS [ mtu BYTES[/BYTES] ]
	[ peakrate KBPS ] [ latency TIME ] [ overhead BYTES ] [ linklayer TYPE ]`;
const notHere = ['mtu', 'minburst', 'mpu', 'peakrate', 'overhead', 'linklayer'];

/** Bits a second. */
const rateUnits: Record<string, number> = bare({
  '': 1,
  bit: 1,
  kbit: 1e3,
  mbit: 1e6,
  gbit: 1e9,
  tbit: 1e12,
  kibit: 1024,
  mibit: 1 << 20,
  bps: 8,
  kbps: 8e3,
  mbps: 8e6,
  gbps: 8e9,
});
const sizeUnits: Record<string, number> = bare({
  '': 1,
  b: 1,
  k: 1024,
  kb: 1024,
  m: 1 << 20,
  mb: 1 << 20,
  g: 1 << 30,
  gb: 1 << 30,
  kbit: 128,
  mbit: 1 << 17,
  gbit: 1 << 27,
});

export function readTokenBucket(args: Args, readTime: (text: string) => Nanoseconds): TokenBucket {
  const given = { rate: 0, burst: 0, limit: 0, latency: 0 };
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'rate') given.rate = measure(args.next(), rateUnits, 'rate') / 8;
    else if (word === 'burst' || word === 'buffer' || word === 'maxburst')
      given.burst = measure(args.next(), sizeUnits, 'burst');
    else if (word === 'limit') given.limit = measure(args.next(), sizeUnits, 'limit');
    else if (word === 'latency') given.latency = readTime(args.next());
    else if (notHere.includes(word)) throw new IpError(`tbf ${word}: this part of tbf is not here.`);
    else throw new IpError(`tbf: unknown parameter "${word}"\n${usage}`, 1);
    if (given.limit > 0 && given.latency > 0)
      throw new IpError('tbf: specifying both "latency" and "limit" is not allowed', 1);
  }
  return complete(given);
}

function complete({ rate, burst, limit, latency }: Record<'rate' | 'burst' | 'limit' | 'latency', number>) {
  const problems = [
    ...(rate === 0 ? ['tbf: the "rate" parameter is mandatory.'] : []),
    ...(burst === 0 ? ['tbf: the "burst" parameter is mandatory.'] : []),
    ...(limit === 0 && latency === 0 ? ['tbf: either "limit" or "latency" is required.'] : []),
  ];
  if (problems.length > 0) throw new IpError([...problems, usage].join('\n'), 1);
  const limitBytes = limit > 0 ? limit : Math.floor((rate * latency) / 1e9 + burst);
  return { bytesPerSecond: Math.floor(rate), burstBytes: burst, limitBytes };
}

function measure(text: string, units: Record<string, number>, what: string): number {
  const match = /^([\d.]+)([a-z]*)(?:\/\d+)?$/i.exec(text);
  const unit = units[(match?.[2] ?? '?').toLowerCase()];
  if (match?.[1] === undefined || unit === undefined)
    throw new IpError(`Illegal value of "${what}": "${text}"\n${usage}`, 1);
  return Math.floor(Number(match[1]) * unit);
}

/** `lat`: how long a packet may wait. */
export function tokenBucketText(
  { bytesPerSecond, burstBytes, limitBytes }: TokenBucket,
  timeText: (time: Nanoseconds) => string,
): string {
  const wait = (limitBytes / bytesPerSecond - burstBytes / bytesPerSecond) * 1e9;
  return `rate ${rateText(bytesPerSecond * 8)} burst ${sizeText(burstBytes)} lat ${timeText(Math.max(0, wait))}`;
}

function rateText(bits: number): string {
  const prefixes = ['', 'K', 'M', 'G', 'T'];
  let rest = bits;
  let at = 0;
  while (at < prefixes.length - 1 && rest >= 1000 && !(rest % 1000 !== 0 && rest < 1_000_000)) {
    rest = Math.floor(rest / 1000);
    at++;
  }
  return `${rest}${prefixes[at]}bit`;
}

function sizeText(bytes: number): string {
  const near = (unit: number, most: number) =>
    bytes >= unit && Math.abs(unit * Math.round(bytes / unit) - bytes) < most;
  if (near(1 << 20, 1024)) return `${Math.round(bytes / (1 << 20))}Mb`;
  return near(1024, 16) ? `${Math.round(bytes / 1024)}Kb` : `${bytes}b`;
}
