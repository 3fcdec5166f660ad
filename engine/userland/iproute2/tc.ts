/** tc(8) of iproute2 6.1, as far as netem and tbf go: delay, jitter, loss and limits of a device (tc-netem(8), tc-tbf(8)). */
import {
  type Blocking,
  bare,
  isSysError,
  type LinkInfo,
  type Nanoseconds,
  type Program,
  strerror,
} from '../../kernel/sim';
import { writeAll } from '../lib/io';
import { Args, complainPlain, defaultOptions, IpContext, IpError, matches } from './ip/context';
import { enterNetns } from './ip/netns';
import { readTokenBucket, tokenBucketText } from './tbf';

interface Netem {
  delay: Nanoseconds;
  jitter: Nanoseconds;
  lossPercent: number;
}

export const tc: Program = function* (sys, argv, env) {
  try {
    const options = defaultOptions();
    const args = new Args(argv.slice(1));
    while (args.peek?.startsWith('-')) {
      const option = (args.shift() ?? '').replace(/^--?/, '');
      if (matches(option, 'Version')) {
        yield* writeAll(sys, 1, 'tc utility, iproute2-6.1.0, libbpf 1.1.2\n');
        return 0;
      }
      if (matches(option, 'netns')) yield* enterNetns(sys, args.next());
      else if (matches(option, 'statistics') || matches(option, 'stats')) options.statistics++;
      else if (!matches(option, 'details')) throw new IpError(`Option "-${option}" is unknown, try "tc -help".`, 255);
    }
    const context = new IpContext(sys, options, env);
    const status = yield* runObject(context, args);
    yield* context.out.flush();
    return status;
  } catch (error) {
    if (!(error instanceof IpError)) throw error;
    yield* complainPlain(sys, error.message);
    return error.status;
  }
};

function* runObject(context: IpContext, args: Args): Blocking<number> {
  const word = args.shift();
  if (word === undefined) throw new IpError('Usage:\ttc [ OPTIONS ] OBJECT { COMMAND | help }', 0);
  if (matches(word, 'class') || matches(word, 'filter')) {
    const command = args.shift();
    if (command === undefined || matches(command, 'show') || matches(command, 'list')) return 0;
    throw new IpError(`tc ${word}: this part of tc is not here.`);
  }
  if (!matches(word, 'qdisc')) throw new IpError(`Object "${word}" is unknown, try "tc help".`, 255);
  const command = args.shift();
  if (command === undefined || matches(command, 'show') || matches(command, 'list') || command === 'lst')
    return yield* show(context, args);
  if (matches(command, 'add')) return change(context, args, 'add');
  if (matches(command, 'change')) return change(context, args, 'change');
  if (matches(command, 'replace')) return change(context, args, 'replace');
  if (matches(command, 'delete')) return remove(context, args);
  throw new IpError(`Command "${command}" is unknown, try "tc qdisc help".`, 255);
}

function* show(context: IpContext, args: Args): Blocking<number> {
  let device: string | null = null;
  for (let word = args.shift(); word !== undefined; word = args.shift()) device = word === 'dev' ? args.next() : word;
  if (device !== null) context.link(device);
  for (const link of context.links()) {
    if (device !== null && link.name !== device) continue;
    if (link.qdisc === 'noop') continue;
    const name = device === null ? `dev ${link.name} ` : '';
    const text = rootText(context, link, name);
    yield* context.out.write(`${text}${statisticsText(context, link)}\n`);
    if (context.sys.shaping(link.index).ingressRedirect)
      yield* context.out.write(`qdisc ingress ffff: ${name}parent ffff:fff1 ---------------- \n`);
  }
  return 0;
}

function rootText(context: IpContext, link: LinkInfo, name: string): string {
  const netem = context.sys.netem(link.index);
  if (netem) return `qdisc netem 8001: ${name}root refcnt 2 limit 1000${netemText(netem)}`;
  const { tokenBucket, handle } = context.sys.shaping(link.index);
  if (tokenBucket)
    return `qdisc tbf ${handle.toString(16)}: ${name}root refcnt ${link.txQueues + 1} ${tokenBucketText(tokenBucket, timeText)} `;
  const bands = link.qdisc === 'pfifo_fast' ? 'bands 3 priomap 1 2 2 2 1 2 0 0 1 1 1 1 1 1 1 1' : '';
  return `qdisc ${link.qdisc} 0: ${name}root refcnt 2 ${bands}`;
}

function statisticsText({ options }: IpContext, { stats, qdisc }: LinkInfo): string {
  if (options.statistics === 0) return '';
  const { txBytes, txPackets, txDropped } = stats;
  const isCounting = qdisc === 'netem' || qdisc === 'tbf';
  const [bytes, packets, dropped] = isCounting ? [txBytes, txPackets, txDropped] : [0, 0, 0];
  return `\n Sent ${bytes} bytes ${packets} pkt (dropped ${dropped}, overlimits 0 requeues 0) \n backlog 0b 0p requeues 0`;
}

function netemText({
  delay,
  jitter = 0,
  lossPercent,
}: {
  delay: Nanoseconds;
  jitter?: Nanoseconds;
  lossPercent: number;
}): string {
  const wait = delay === 0 ? '' : ` delay ${timeText(delay)}${jitter === 0 ? '' : `  ${timeText(jitter)}`}`;
  return `${wait}${lossPercent === 0 ? '' : ` loss ${Number(lossPercent.toPrecision(6))}%`}`;
}

function timeText(time: Nanoseconds): string {
  if (time >= 1e9) return `${Number((time / 1e9).toPrecision(3))}s`;
  if (time >= 1e6) return `${Number((time / 1e6).toPrecision(3))}ms`;
  return `${Number((time / 1e3).toPrecision(3))}us`;
}

function change(context: IpContext, args: Args, command: 'add' | 'change' | 'replace'): number {
  let device: string | null = null;
  let handle = automaticHandle;
  let discipline: { netem: Netem } | { bucket: ReturnType<typeof readTokenBucket> } | null = null;
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'dev') device = args.next();
    else if (word === 'root') continue;
    else if (word === 'handle') handle = readHandle(args.next());
    else if (word === 'parent' || word === 'ingress' || word === 'clsact')
      throw new IpError(`tc qdisc ${word}: this part of tc is not here.`);
    else if (word === 'netem') discipline = { netem: readNetem(args) };
    else if (word === 'tbf') discipline = { bucket: readTokenBucket(args, readTime) };
    else throw new IpError('Error: Specified qdisc kind is unknown.', 2);
  }
  if (device === null) throw new IpError('Error: Device is required.', 2);
  const link = context.link(device);
  const there = isShaped(link);
  if (command === 'add' && there) throw new IpError('Error: Exclusivity flag on, cannot modify.', 2);
  if (command === 'change' && !there)
    throw new IpError('Error: Qdisc not found. To create specify NLM_F_CREATE flag.', 2);
  if (!discipline) throw new IpError('Error: Specified qdisc kind is unknown.', 2);
  const wanted = discipline;
  run(() =>
    'netem' in wanted
      ? context.sys.setNetem(link.index, wanted.netem)
      : context.sys.setTokenBucket(link.index, wanted.bucket, handle),
  );
  return 0;
}

function remove(context: IpContext, args: Args): number {
  let device: string | null = null;
  for (let word = args.shift(); word !== undefined; word = args.shift()) if (word === 'dev') device = args.next();
  if (device === null) throw new IpError('Error: Device is required.', 2);
  const link = context.link(device);
  if (!isShaped(link)) {
    const problem =
      link.qdisc === 'noop'
        ? 'Failed to find qdisc with specified handle.'
        : 'Cannot delete qdisc with handle of zero.';
    throw new IpError(`Error: ${problem}`, 2);
  }
  run(() => context.sys.setNetem(link.index, null));
  return 0;
}

const automaticHandle = 0x8001;

const isShaped = ({ qdisc }: LinkInfo) => qdisc === 'netem' || qdisc === 'tbf';

function readHandle(text: string): number {
  const number = /^([0-9a-f]{1,4}):?$/i.exec(text)?.[1];
  if (number === undefined) throw new IpError(`argument "${text}" is wrong: invalid qdisc ID`);
  return Number.parseInt(number, 16);
}

function run(call: () => void): void {
  try {
    call();
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new IpError(`RTNETLINK answers: ${strerror(error.errno)}`, 2);
  }
}

function readNetem(args: Args): Netem {
  const netem: Netem = { delay: 0, jitter: 0, lossPercent: 0 };
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (matches(word, 'delay') || matches(word, 'latency')) {
      netem.delay = readTime(args.next());
      if (isTime(args.peek)) netem.jitter = readTime(args.next());
      refuseCorrelation(args);
    } else if (matches(word, 'loss') || word === 'drop') {
      const value = args.next();
      netem.lossPercent = readPercent(value === 'random' ? args.next() : value);
      refuseCorrelation(args);
    } else
      throw new IpError(
        ['limit', 'rate', 'duplicate', 'corrupt', 'reorder', 'slot', 'distribution', 'gap', 'ecn'].includes(word)
          ? `netem ${word}: this part of netem is not here.`
          : `What is "${word}"?`,
      );
  }
  return netem;
}

function refuseCorrelation(args: Args): void {
  if (args.peek !== undefined && /^[\d.]+%$/.test(args.peek))
    throw new IpError('netem correlation: this part of netem is not here.');
}

const units: Record<string, number> = bare({
  s: 1e9,
  sec: 1e9,
  secs: 1e9,
  ms: 1e6,
  msec: 1e6,
  msecs: 1e6,
  us: 1e3,
  usec: 1e3,
  usecs: 1e3,
  ns: 1,
  '': 1e3,
});

function isTime(text: string | undefined): boolean {
  const unit = /^[\d.]+([a-z]*)$/.exec(text ?? '')?.[1];
  return unit !== undefined && units[unit] !== undefined;
}

function readTime(text: string): Nanoseconds {
  const match = /^([\d.]+)([a-z]*)$/.exec(text);
  const size = units[match?.[2] ?? '?'];
  if (match?.[1] === undefined || size === undefined) throw new IpError('Illegal "latency"');
  return Math.round(Number(match[1]) * size);
}

function readPercent(text: string): number {
  const value = Number(text.replace(/%$/, ''));
  const percent = text.endsWith('%') ? value : value * 100;
  if (Number.isNaN(percent) || percent < 0 || percent > 100) throw new IpError('Illegal "loss percent"');
  return percent;
}
