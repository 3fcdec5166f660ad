/** ip(8) of iproute2 6.1: options, then an object, then what to do with it. Words may be abbreviated. */
import { type Blocking, isSysError, type Program, type Sys, strerror } from '../../../kernel/sim';
import { LineReader, writeAll } from '../../lib/io';
import { addressChange, addressFlush, addressShow } from './address';
import { Args, complainPlain, defaultOptions, IpContext, IpError, type IpOptions, matches, wrong } from './context';
import { linkAdd, linkDelete, linkProperty, linkSet } from './link-change';
import { isShow, linkShow } from './link-show';
import { neighbourChange, neighbourFlush, neighbourGet, neighbourShow } from './neighbour';
import { enterNetns, netns } from './netns';
import { routeChange, routeGet } from './route';
import { routeFlush, routeShow } from './route-show';
import { ruleChange, ruleFlush, ruleShow } from './rule';
import { tuntap } from './tuntap';
import { linkUsage, usageText } from './usage';

interface Invocation {
  options: IpOptions;
  netns: string | null;
  batch: string | null;
  version: boolean;
  rest: string[];
}

export const ip: Program = function* (sys, argv, env) {
  try {
    const invocation = readOptions(argv.slice(1));
    if (invocation.version) {
      yield* writeAll(sys, 1, 'ip utility, iproute2-6.1.0, libbpf 1.1.2\n');
      return 0;
    }
    if (invocation.netns !== null) yield* enterNetns(sys, invocation.netns);
    if (invocation.batch !== null) return yield* runBatch(sys, invocation, env);
    const context = new IpContext(sys, invocation.options, env);
    const status = yield* runObject(context, invocation.rest);
    yield* context.out.flush();
    return status;
  } catch (error) {
    if (!(error instanceof IpError)) throw error;
    yield* complainPlain(sys, error.message);
    return error.status;
  }
};

type Switch = 'details' | 'oneline' | 'brief' | 'json' | 'pretty' | 'all' | 'numeric' | 'force' | 'human' | 'iec';

/** What takes no value, in the order in which abbreviations are tried; null: nothing here depends on it. */
const switches: ReadonlyArray<readonly [word: string, option: Switch | 'statistics' | null]> = [
  ['human-readable', 'human'],
  ['iec', 'iec'],
  ['stats', 'statistics'],
  ['statistics', 'statistics'],
  ['details', 'details'],
  ['resolve', null],
  ['oneline', 'oneline'],
  ['timestamp', null],
  ['tshort', null],
  ['force', 'force'],
  ['brief', 'brief'],
  ['json', 'json'],
  ['pretty', 'pretty'],
  ['Numeric', 'numeric'],
  ['all', 'all'],
];

function readOptions(words: readonly string[]): Invocation {
  const options = defaultOptions();
  const invocation: Invocation = { options, netns: null, batch: null, version: false, rest: [] };
  const args = new Args(words);
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (!word.startsWith('-')) {
      invocation.rest = [word, ...args.rest];
      break;
    }
    const option = word.startsWith('--') ? word.slice(2) : word.slice(1);
    if (option === '') {
      invocation.rest = word === '-' ? [] : [...args.rest];
      break;
    }
    readOption(invocation, option, args);
  }
  return invocation;
}

const families: ReadonlyMap<string, IpOptions['family']> = new Map([
  ['4', 'inet'],
  ['6', 'inet6'],
  ['0', 'link'],
  ['M', 'mpls'],
  ['B', 'bridge'],
]);

function readOption(invocation: Invocation, option: string, args: Args): void {
  const { options } = invocation;
  const family = families.get(option);
  if (family !== undefined) options.family = family;
  else if (matches(option, 'loops')) args.next();
  else if (matches(option, 'family') && option !== 'fo') options.family = readFamily(args.next());
  else if (matches(option, 'Version')) invocation.version = true;
  else if (option === 'b' || option === 'ba' || option === 'bat' || matches(option, 'batch'))
    invocation.batch = args.next();
  else if (readSwitch(options, option)) return;
  else if (matches(option, 'rcvbuf')) args.next();
  else if (!readColor(options, option)) readLast(invocation, option, args);
}

function readSwitch(options: IpOptions, option: string): boolean {
  const found = switches.find(([word]) => matches(option, word));
  if (!found) return false;
  const [, name] = found;
  if (name === 'statistics') options.statistics++;
  else if (name !== null) options[name] = true;
  return true;
}

/** `-c`, `-color=always`; by itself a pipe gets colours, too. */
function readColor(options: IpOptions, option: string): boolean {
  const found = /^c(?:o(?:l(?:or?)?)?)?(?:=(always|auto|never))?$/.exec(option);
  if (!found) return false;
  options.color = found[1] === undefined || found[1] === 'always';
  return true;
}

function readLast(invocation: Invocation, option: string, args: Args): void {
  if (matches(option, 'help')) throw new IpError(usageText.trimEnd(), 255);
  if (!matches(option, 'netns')) throw new IpError(`Option "-${option}" is unknown, try "ip -help".`, 255);
  invocation.netns = args.shift() ?? '(null)';
}

function readFamily(text: string): IpOptions['family'] {
  if (text === 'inet' || text === 'inet6' || text === 'link' || text === 'bridge' || text === 'mpls') return text;
  throw wrong('invalid protocol family', text);
}

function* openBatch(sys: Sys, path: string): Blocking<number> {
  try {
    return yield* sys.open(path, 0);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new IpError(`Cannot open file "${path}" for reading: ${strerror(error.errno)}`, 1);
  }
}

function* runBatch(sys: Sys, { options, batch }: Invocation, env: Readonly<Record<string, string>>): Blocking<number> {
  const path = batch ?? '-';
  const fd = path === '-' ? 0 : yield* openBatch(sys, path);
  const lines = new LineReader(sys, fd);
  let status = 0;
  let number = 0;
  for (let line = yield* lines.next(); line !== null; line = yield* lines.next()) {
    number++;
    const words = line
      .replace(/#.*/, '')
      .trim()
      .split(/\s+/)
      .filter((word) => word !== '');
    if (words.length === 0) continue;
    const context = new IpContext(sys, options, env);
    try {
      status = (yield* runObject(context, words)) || status;
    } catch (error) {
      if (!(error instanceof IpError)) throw error;
      yield* complainPlain(sys, `${error.message}\nCommand failed ${path}:${number}`);
      status = 1;
      if (!options.force) return 1;
    }
    yield* context.out.flush();
  }
  return status;
}

type Handler = (context: IpContext, args: Args) => Blocking<number>;

/** In the order in which abbreviations are tried. */
const objects: ReadonlyArray<readonly [name: string, handler: Handler]> = [
  ['address', address],
  ['route', route],
  ['rule', rule],
  ['neighbor', neighbour],
  ['neighbour', neighbour],
  ['link', link],
  ['tuntap', tuntap],
  ['tap', tuntap],
  ['netns', netns],
];
const others = [
  'addrlabel',
  'maddress',
  'ntable',
  'l2tp',
  'macsec',
  'tunnel',
  'tcpmetrics',
  'monitor',
  'xfrm',
  'mroute',
  'netconf',
  'vrf',
  'nexthop',
  'mptcp',
];

function* runObject(context: IpContext, words: readonly string[]): Blocking<number> {
  const [name, ...rest] = words;
  if (name === undefined) throw new IpError(usageText.trimEnd(), 255);
  const found = objects.find(([full]) => matches(name, full));
  if (found) return yield* found[1](context, new Args(rest));
  if (matches(name, 'help')) throw new IpError(usageText.trimEnd(), 255);
  const other = others.find((full) => matches(name, full));
  if (other !== undefined) throw new IpError(`ip ${other}: this part of ip is not here.`);
  throw new IpError(`Object "${name}" is unknown, try "ip help".`, 1);
}

function unknown(word: string, object: string): IpError {
  return new IpError(`Command "${word}" is unknown, try "ip ${object} help".`, 255);
}

function* address(context: IpContext, args: Args): Blocking<number> {
  const word = args.peek;
  if (word === undefined) return yield* addressShow(context, args);
  args.shift();
  if (matches(word, 'add')) return yield* addressChange(context, args, 'add');
  if (matches(word, 'change') || word === 'chg') return yield* addressChange(context, args, 'change');
  if (matches(word, 'replace')) return yield* addressChange(context, args, 'replace');
  if (matches(word, 'delete')) return yield* addressChange(context, args, 'delete');
  if (isShow(word)) return yield* addressShow(context, args);
  if (matches(word, 'flush')) return yield* addressFlush(context, args);
  throw unknown(word, 'address');
}

function* link(context: IpContext, args: Args): Blocking<number> {
  const word = args.peek;
  if (word === undefined) return yield* linkShow(context, args);
  args.shift();
  if (matches(word, 'add')) return yield* linkAdd(context, args);
  if (matches(word, 'set') || matches(word, 'change')) return yield* linkSet(context, args);
  if (matches(word, 'delete')) return yield* linkDelete(context, args);
  if (isShow(word)) return yield* linkShow(context, args);
  if (matches(word, 'property')) return linkProperty(context, args);
  if (matches(word, 'help')) throw new IpError(linkUsage, 255);
  throw unknown(word, 'link');
}

function* route(context: IpContext, args: Args): Blocking<number> {
  const word = args.peek;
  if (word === undefined) return yield* routeShow(context, args);
  args.shift();
  if (isShow(word)) return yield* routeShow(context, args);
  if (matches(word, 'add')) return routeChange(context, args, 'add');
  if (matches(word, 'change') || word === 'chg') return routeChange(context, args, 'change');
  if (matches(word, 'replace')) return routeChange(context, args, 'replace');
  if (matches(word, 'append')) return routeChange(context, args, 'append');
  if (matches(word, 'delete')) return routeChange(context, args, 'delete');
  if (matches(word, 'get')) return yield* routeGet(context, args);
  if (matches(word, 'flush')) return yield* routeFlush(context, args);
  throw unknown(word, 'route');
}

function* rule(context: IpContext, args: Args): Blocking<number> {
  const word = args.peek;
  if (word === undefined) return yield* ruleShow(context, args);
  args.shift();
  if (isShow(word)) return yield* ruleShow(context, args);
  if (matches(word, 'add')) return ruleChange(context, args, 'add');
  if (matches(word, 'delete')) return ruleChange(context, args, 'delete');
  if (matches(word, 'flush')) return ruleFlush(context);
  throw unknown(word, 'rule');
}

function* neighbour(context: IpContext, args: Args): Blocking<number> {
  const word = args.peek;
  if (word === undefined) return yield* neighbourShow(context, args);
  args.shift();
  if (isShow(word)) return yield* neighbourShow(context, args);
  if (matches(word, 'add')) return neighbourChange(context, args, 'add');
  if (matches(word, 'change') || word === 'chg') return neighbourChange(context, args, 'change');
  if (matches(word, 'replace')) return neighbourChange(context, args, 'replace');
  if (matches(word, 'delete')) return neighbourChange(context, args, 'delete');
  if (matches(word, 'get')) return yield* neighbourGet(context, args);
  if (matches(word, 'flush')) return neighbourFlush(context, args);
  throw unknown(word, 'neigh');
}
