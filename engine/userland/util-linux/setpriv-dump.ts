/** `setpriv --dump`: what a process may do. */
import { type Blocking, type CapabilityMask, capabilityNames, type Signal } from '../../kernel/sim';
import { readStatus } from '../lib/processes';
import { signalFrom } from '../lib/signals';
import { Fatal, type Frame } from './common/frame';

export function* dump({ sys, out, options: given }: Frame): Blocking<number> {
  const isLong = given.given.filter(({ name }) => name === 'dump').length > 1;
  const [ruid, euid] = sys.getresuid();
  const [rgid, egid] = sys.getresgid();
  const sets = sys.capget();
  const groups = sys.getgroups();
  const noNewPrivs = (yield* readStatus(sys, 'self')).get('NoNewPrivs') ?? '0';
  const lines = [
    `uid: ${ruid}`,
    `euid: ${euid}`,
    `gid: ${rgid}`,
    `egid: ${egid}`,
    `Supplementary groups: ${groups.length > 0 ? groups.join(',') : '[none]'}`,
    `no_new_privs: ${noNewPrivs}`,
    ...(isLong
      ? [`Effective capabilities: ${namesOf(sets.effective)}`, `Permitted capabilities: ${namesOf(sets.permitted)}`]
      : []),
    `Inheritable capabilities: ${namesOf(sets.inheritable)}`,
    `Ambient capabilities: ${namesOf(sys.capAmbient())}`,
    `Capability bounding set: ${namesOf(sys.capbset())}`,
    'Securebits: [none]',
    'Parent death signal: [none]',
  ];
  for (const line of lines) yield* out.line(line);
  return 0;
}

function namesOf(mask: CapabilityMask): string {
  const names = capabilityNames.filter((_, number) => (mask & (1n << BigInt(number))) !== 0n);
  return names.length > 0 ? names.join(',') : '[none]';
}

/** `clear` is no signal at all. */
export function signalOrFail(name: string): Signal {
  if (name === 'clear') return 0;
  const signal = signalFrom(name);
  if (signal === null) throw new Fatal(`unknown signal: ${name}`);
  return signal;
}
