/** The arguments after `type KIND`. */
import { type Args, type IpContext, IpError, number } from './context';

type Details = Record<string, string | number | boolean>;

export function readKindDetails(context: IpContext, kind: string, args: Args, details: Details): void {
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (!readOne(context, kind, word, args, details)) throw new IpError(`${kind}: unknown option "${word}"?`, 255);
  }
}

function readOne(context: IpContext, kind: string, word: string, args: Args, details: Details): boolean {
  switch (kind) {
    case 'bridge':
      return readBridge(word, args, details);
    case 'vlan':
      return readVlan(word, args, details);
    case 'macvlan':
      return readMacvlan(word, args, details);
    case 'ipvlan':
      return readIpvlan(word, args, details);
    case 'vxlan':
      return readVxlan(context, word, args, details);
    default:
      return false;
  }
}

function readBridge(word: string, args: Args, details: Details): boolean {
  if (word === 'stp_state') details.stp = number(word, args.next()) !== 0;
  else if (word === 'vlan_filtering') details.vlanFiltering = number(word, args.next()) !== 0;
  else if (word === 'ageing_time') details.ageing = number(word, args.next()) / 100;
  else if (word === 'forward_delay') details.forwardDelay = number(word, args.next()) / 100;
  else if (
    word === 'mcast_snooping' ||
    word === 'hello_time' ||
    word === 'max_age' ||
    word === 'priority' ||
    word === 'nf_call_iptables'
  )
    number(word, args.next());
  else return false;
  return true;
}

function readVlan(word: string, args: Args, details: Details): boolean {
  if (word === 'id') details.id = number(word, args.next());
  else if (word === 'protocol') {
    const protocol = args.next();
    if (protocol.toLowerCase() !== '802.1q')
      throw new IpError(`Error: argument "${protocol}" is wrong: protocol is invalid\n`, 255);
  } else return false;
  return true;
}

const macvlanModes = ['private', 'vepa', 'bridge', 'passthru'];

function readMacvlan(word: string, args: Args, details: Details): boolean {
  if (word !== 'mode') return false;
  const mode = args.next();
  if (!macvlanModes.includes(mode)) {
    throw new IpError(
      `Error: argument of "mode" must be "private", "vepa", "bridge", "passthru" or "source", not "${mode}"`,
      255,
    );
  }
  details.mode = mode;
  return true;
}

function readIpvlan(word: string, args: Args, details: Details): boolean {
  if (word === 'mode') {
    const mode = args.next();
    if (mode !== 'l2' && mode !== 'l3' && mode !== 'l3s')
      throw new IpError('Error: argument of "mode" must be either "l2", "l3" or "l3s"', 255);
    details.mode = mode;
  } else if (word === 'bridge' || word === 'private' || word === 'vepa') details.flag = word;
  else return false;
  return true;
}

function readVxlan(context: IpContext, word: string, args: Args, details: Details): boolean {
  if (word === 'id' || word === 'vni') details.vni = number('id', args.next());
  else if (word === 'remote' || word === 'group' || word === 'local') details[word] = args.next();
  else if (word === 'dstport') details.port = number(word, args.next()) || 8472;
  else if (word === 'dev') details.dev = context.link(args.next()).index;
  else if (word === 'ttl') {
    const ttl = args.next();
    details.ttl = ttl === 'auto' || ttl === 'inherit' ? 0 : number(word, ttl);
  } else if (word === 'ageing') details.ageing = number(word, args.next());
  else if (word === 'learning') details.learning = true;
  else if (word === 'nolearning') details.learning = false;
  else if (word === 'srcport') {
    args.next();
    args.next();
  } else return false;
  return true;
}
