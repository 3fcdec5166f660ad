/** bridge(8) of iproute2 6.1: ports, forwarding entries and VLANs of bridges. */
import { type Blocking, type BridgePortInfo, type FdbInfo, type Program, parseMac } from '../../kernel/sim';
import { writeAll } from '../lib/io';
import {
  Args,
  complainPlain,
  defaultOptions,
  IpContext,
  IpError,
  matches,
  missing,
  number,
  onOff,
  request,
} from './ip/context';
import { type Json, jsonText } from './ip/json';
import { fullName } from './ip/link-show';
import { enterNetns } from './ip/netns';

export const bridge: Program = function* (sys, argv, env) {
  try {
    const options = defaultOptions();
    const args = new Args(argv.slice(1));
    while (args.peek?.startsWith('-')) {
      const option = (args.shift() ?? '').replace(/^--?/, '');
      if (matches(option, 'Version')) {
        yield* writeAll(sys, 1, 'bridge utility, 6.1.0\n');
        return 0;
      }
      if (matches(option, 'details')) options.details = true;
      else if (matches(option, 'statistics') || matches(option, 'stats')) options.statistics++;
      else if (matches(option, 'json')) options.json = true;
      else if (matches(option, 'pretty')) options.pretty = true;
      else if (matches(option, 'netns')) yield* enterNetns(sys, args.next());
      else if (matches(option, 'compressvlans')) continue;
      else throw new IpError(`Option "-${option}" is unknown, try "bridge help".`, 255);
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
  if (matches(word, 'link')) return yield* link(context, args);
  if (matches(word, 'fdb')) return yield* fdb(context, args);
  if (matches(word, 'vlan')) return yield* vlan(context, args);
  if (word === undefined) throw new IpError('Usage: bridge [ OPTIONS ] OBJECT { COMMAND | help }', 255);
  throw new IpError(`Object "${word}" is unknown, try "bridge help".`, 255);
}

function* link(context: IpContext, args: Args): Blocking<number> {
  const word = args.shift();
  if (matches(word, 'set') && word !== undefined) return setPort(context, args);
  if (word !== undefined && !matches(word, 'show') && !matches(word, 'list'))
    throw new IpError(`Command "${word}" is unknown, try "bridge link help".`, 255);
  let device: string | null = null;
  for (let next = args.shift(); next !== undefined; next = args.shift()) device = next === 'dev' ? args.next() : next;
  for (const port of context.sys.bridgePorts()) {
    const info = context.linkByIndex(port.index);
    if (!info || (device !== null && info.name !== device)) continue;
    // bridge(8) looks for the other end's number in its own namespace, wherever that end is.
    const name = fullName(context, { ...info, linkNetnsId: null });
    const head = `${info.index}: ${name}: <${info.flags.join(',')}> mtu ${info.mtu} master ${context.nameOf(port.bridge)} state ${port.state} priority ${port.priority} cost ${port.cost} \n`;
    yield* context.out.write(head + (context.options.details ? `    ${portDetails(port)} \n` : ''));
  }
  return 0;
}

function portDetails(port: BridgePortInfo): string {
  const text = (on: boolean) => (on ? 'on' : 'off');
  return (
    `hairpin ${text(port.hairpin)} guard off root_block off fastleave off learning ${text(port.learning)} flood ${text(port.flood)} ` +
    `mcast_flood on bcast_flood on mcast_router 1 mcast_to_unicast off neigh_suppress ${text(port.neighSuppress)} vlan_tunnel off isolated ${text(port.isolated)} locked off`
  );
}

function setPort(context: IpContext, args: Args): number {
  let device: string | null = null;
  const change: Parameters<IpContext['sys']['bridgePortSet']>[1] = {};
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'dev') device = args.next();
    else if (word === 'hairpin') change.hairpin = onOff(word, args.next());
    else if (word === 'isolated') change.isolated = onOff(word, args.next());
    else if (word === 'learning') change.learning = onOff(word, args.next());
    else if (word === 'flood') change.flood = onOff(word, args.next());
    else if (word === 'neigh_suppress') change.neighSuppress = onOff(word, args.next());
    else if (word === 'cost') change.cost = number(word, args.next());
    else if (word === 'priority') change.priority = number(word, args.next());
    else throw new IpError(`bridge link set: "${word}" is not here.`);
  }
  if (device === null) throw new IpError('Device is a required argument.', 255);
  const { index } = context.link(device);
  request(() => context.sys.bridgePortSet(index, change));
  return 0;
}

function* fdb(context: IpContext, args: Args): Blocking<number> {
  const word = args.shift();
  if (word === undefined || matches(word, 'show') || matches(word, 'list') || word === 'lst')
    return yield* fdbShow(context, args);
  if (matches(word, 'add')) return fdbChange(context, args, 'add');
  if (matches(word, 'append')) return fdbChange(context, args, 'append');
  if (matches(word, 'replace') || matches(word, 'change')) return fdbChange(context, args, 'replace');
  if (matches(word, 'delete')) return fdbChange(context, args, 'delete');
  throw new IpError(`Command "${word}" is unknown, try "bridge fdb help".`, 255);
}

function* fdbShow(context: IpContext, args: Args): Blocking<number> {
  let device: string | null = null;
  let master: string | null = null;
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'br' || word === 'bridge') master = args.next();
    else if (word === 'brport' || word === 'dev') device = args.next();
    else if (word === 'dynamic' || word === 'state') continue;
    else device = word;
  }
  const only = device === null ? null : context.link(device).index;
  const bridgeIndex = master === null ? null : context.link(master).index;
  const shown = context.sys.fdb().filter(({ index }) => {
    if (only !== null && index !== only) return false;
    return bridgeIndex === null || index === bridgeIndex || context.linkByIndex(index)?.master === bridgeIndex;
  });
  if (context.options.json) {
    yield* context.out.write(
      jsonText(
        shown.map((entry) => fdbJson(context, entry)),
        context.options.pretty,
      ),
    );
    return 0;
  }
  for (const entry of shown) yield* context.out.write(fdbText(context, entry, device !== null));
  return 0;
}

function fdbText(
  context: IpContext,
  { index, hardware, master, vlan: id, remote, flags }: FdbInfo,
  isDeviceSaid: boolean,
): string {
  let text = `${hardware} `;
  if (!isDeviceSaid) text += `dev ${context.nameOf(index)} `;
  if (remote !== null) text += `dst ${remote} `;
  if (id !== null) text += `vlan ${id} `;
  if (flags.includes('self')) text += 'self ';
  if (master !== null) text += `master ${context.nameOf(master)} `;
  return `${text}${flags.find((flag) => flag === 'permanent' || flag === 'static') ?? ''}\n`;
}

function fdbJson(context: IpContext, { index, hardware, master, vlan: id, remote, flags }: FdbInfo): Json {
  return {
    mac: hardware,
    ifname: context.nameOf(index),
    ...(remote === null ? {} : { dst: remote }),
    ...(id === null ? {} : { vlan: id }),
    flags: flags.filter((flag) => flag === 'self'),
    ...(master === null ? {} : { master: context.nameOf(master) }),
    state: flags.find((flag) => flag === 'permanent' || flag === 'static') ?? '',
  };
}

function fdbChange(context: IpContext, args: Args, command: 'add' | 'append' | 'replace' | 'delete'): number {
  let device: string | null = null;
  let hardware: string | null = null;
  let remote: string | null = null;
  let id: number | null = null;
  const flags: string[] = [];
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'dev') device = args.next();
    else if (word === 'dst') remote = args.next();
    else if (word === 'vlan') id = number('vlan', args.next());
    else if (['self', 'master', 'permanent', 'local', 'static', 'temp', 'dynamic'].includes(word))
      flags.push(word === 'local' ? 'permanent' : word === 'temp' ? 'static' : word);
    else if (word === 'port' || word === 'vni' || word === 'via') args.next();
    else hardware = word === 'to' ? args.next() : word;
  }
  if (device === null || hardware === null) throw new IpError('Device and address are required arguments.', 255);
  if (parseMac(hardware) === null) throw new IpError(`Invalid mac address ${hardware}`, 255);
  const { index } = context.link(device);
  const isPermanent = !flags.includes('static') && !flags.includes('dynamic');
  const entry: FdbInfo = {
    index,
    hardware,
    master: null,
    vlan: id,
    remote,
    flags: isPermanent ? ['permanent'] : flags,
  };
  if (command === 'delete') request(() => context.sys.fdbDelete(entry));
  else request(() => context.sys.fdbAdd(entry, command));
  return 0;
}

function* vlan(context: IpContext, args: Args): Blocking<number> {
  const word = args.shift();
  if (word === undefined || matches(word, 'show') || matches(word, 'list') || word === 'lst')
    return yield* vlanShow(context, args);
  if (!matches(word, 'add') && !matches(word, 'delete'))
    throw new IpError(`Command "${word}" is unknown, try "bridge vlan help".`, 255);
  let device: string | null = null;
  let range: string | null = null;
  let pvid = false;
  let untagged = false;
  for (let next = args.shift(); next !== undefined; next = args.shift()) {
    if (next === 'dev') device = args.next();
    else if (next === 'vid') range = args.next();
    else if (next === 'pvid') pvid = true;
    else if (next === 'untagged') untagged = true;
    else if (next !== 'self' && next !== 'master')
      throw new IpError(`Error: either "dev" is duplicate, or "${next}" is a garbage.`, 255);
  }
  if (device === null) throw missing('dev');
  if (range === null) throw new IpError('Device and VLAN ID are required arguments.', 255);
  const { index } = context.link(device);
  const [first = 0, last = first] = range.split('-').map((text) => number('vid', text));
  for (let id = first; id <= last; id++) {
    if (matches(word, 'add')) request(() => context.sys.bridgeVlanAdd(index, { id, pvid, untagged }));
    else request(() => context.sys.bridgeVlanDelete(index, id));
  }
  return 0;
}

function* vlanShow(context: IpContext, args: Args): Blocking<number> {
  let device: string | null = null;
  for (let word = args.shift(); word !== undefined; word = args.shift()) device = word === 'dev' ? args.next() : word;
  const only = device === null ? null : context.link(device).index;
  yield* context.out.write('port              vlan-id  \n');
  for (const { index, vlans } of context.sys.bridgeVlans()) {
    if (only !== null && index !== only) continue;
    for (const [at, { id, pvid, untagged }] of vlans.entries()) {
      const name = at === 0 ? context.nameOf(index) : '';
      yield* context.out.write(`${name.padEnd(18)}${id}${pvid ? ' PVID' : ''}${untagged ? ' Egress Untagged' : ''}\n`);
    }
  }
  return 0;
}
