/** `ip tuntap`: persistent tun and tap devices (ip-tuntap(8)). */
import type { Blocking } from '../../../kernel/sim';
import { type Args, type IpContext, IpError, matches, request } from './context';

export function* tuntap(context: IpContext, args: Args): Blocking<number> {
  const word = args.shift();
  if (word === undefined || matches(word, 'show') || matches(word, 'list') || word === 'lst')
    return yield* show(context);
  const { name, mode } = readDevice(args);
  if (matches(word, 'add')) {
    request(() => context.sys.linkAdd({ kind: 'tun', details: { mode }, ...(name === null ? {} : { name }) }));
    return 0;
  }
  if (matches(word, 'delete')) {
    if (name === null) throw new IpError('You failed to specify a tunnel mode');
    const { index } = context.link(name);
    request(() => context.sys.linkDelete(index));
    return 0;
  }
  throw new IpError(`Command "${word}" is unknown, try "ip tuntap help".`, 255);
}

function readDevice(args: Args): { name: string | null; mode: string } {
  let name: string | null = null;
  let mode = '';
  for (let word = args.shift(); word !== undefined; word = args.shift()) {
    if (word === 'mode') mode = args.next();
    else if (word === 'dev' || word === 'name') name = args.next();
    else if (word === 'user' || word === 'group') args.next();
    else if (['one_queue', 'pi', 'vnet_hdr', 'multi_queue'].includes(word)) continue;
    else name = word;
  }
  if (mode === '') throw new IpError('You failed to specify a tunnel mode');
  if (mode !== 'tun' && mode !== 'tap') throw new IpError(`Unknown tunnel mode "${mode}"`, 255);
  return { name, mode };
}

function* show(context: IpContext): Blocking<number> {
  for (const { kind, name, details } of context.links()) {
    if (kind === 'tun') yield* context.out.write(`${name}: ${details.mode} persist\n`);
  }
  return 0;
}
