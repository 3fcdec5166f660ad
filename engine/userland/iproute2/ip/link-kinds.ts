/** The arguments after `type KIND`. */
import { bare } from '../../../kernel/sim';
import { type Args, type IpContext, IpError, matches, number, wrong } from './context';

type Details = Record<string, string | number | boolean>;

export function readKindDetails(context: IpContext, kind: string, args: Args, details: Details): void {
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (readOne(context, kind, word, args, details)) continue;
    // A kind iproute2 knows no options of takes none: `dummy` and `veth` say nothing more.
    throw new IpError(`${kind}: unknown command "${word}"?${usages[kind] ?? ''}`);
  }
}

const usages: Readonly<Record<string, string>> = bare({
  bridge: `
Usage: ... bridge [ forward_delay FORWARD_DELAY ]
		  [ hello_time HELLO_TIME ]
		  [ max_age MAX_AGE ]
		  [ ageing_time AGEING_TIME ]
		  [ stp_state STP_STATE ]
		  [ priority PRIORITY ]
		  [ vlan_filtering VLAN_FILTERING ]
		  [ mcast_snooping MULTICAST_SNOOPING ]`,
  vlan: `
Usage: ... vlan id VLANID
		[ protocol VLANPROTO ]

VLANID := 0-4095
VLANPROTO: [ 802.1Q ]`,
  macvlan: `
Usage: ... macvlan mode MODE

MODE: private | vepa | bridge | passthru`,
  ipvlan: `
Usage: ... ipvlan [ mode MODE ] [ FLAGS ]

MODE: l3 | l3s | l2
FLAGS: bridge | private | vepa
(first values are the defaults if nothing is specified).`,
});

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
  if (matches(word, 'forward_delay')) details.forwardDelay = figure('forward_delay', args) / 100;
  else if (matches(word, 'hello_time')) details.hello = figure('hello_time', args) / 100;
  else if (matches(word, 'max_age')) details.maxAge = figure('max_age', args) / 100;
  else if (matches(word, 'ageing_time')) details.ageing = figure('ageing_time', args) / 100;
  else if (matches(word, 'stp_state')) details.stp = figure('stp_state', args) !== 0;
  else if (matches(word, 'priority')) details.priority = figure('priority', args);
  else if (matches(word, 'vlan_filtering')) details.vlanFiltering = figure('vlan_filtering', args) !== 0;
  else if (matches(word, 'mcast_snooping')) details.mcastSnooping = figure('mcast_snooping', args) !== 0;
  else return false;
  return true;
}

function figure(name: string, args: Args): number {
  const text = args.next();
  if (!/^(0x[0-9a-fA-F]+|\d+)$/.test(text)) throw wrong(`invalid ${name}`, text);
  return Number(text);
}

function readVlan(word: string, args: Args, details: Details): boolean {
  if (matches(word, 'protocol')) {
    const protocol = args.next();
    if (protocol.toLowerCase() !== '802.1q') throw wrong('protocol is invalid\n', protocol);
  } else if (matches(word, 'id')) {
    const id = args.next();
    if (!/^(0x[0-9a-fA-F]+|\d+)$/.test(id)) throw wrong('id is invalid', id);
    details.id = Number(id);
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
