/**
 * What a Machine's root may do (capabilities(7)): much. Mounting is among it, and a devtmpfs, proc or sysfs mounted anew
 * is the host's: `host` mode is for somebody who may be root of the host. Writing to the audit log stays, as container
 * engines have it: it is among what a container is usually given.
 */
import { type Capability, capabilityBit, capabilityNames } from '../abi';
import type { Step } from '../plan';

const withheld: readonly Capability[] = [
  'sys_module',
  'sys_rawio',
  'sys_boot',
  'sys_resource',
  'sys_time',
  'audit_control',
  'mac_override',
  'mac_admin',
  'syslog',
  'wake_alarm',
  'audit_read',
  'perfmon',
  'bpf',
];

const PR_CAPBSET_DROP = 24;
const _LINUX_CAPABILITY_VERSION_3 = 0x20080522;

/** Takes the withheld capabilities out of the bounding set, so that no program gets them back. */
export function boundCapabilities(): Step[] {
  return withheld.map((name) => ({
    call: 'prctl' as const,
    args: [
      { names: 'PR_CAPBSET_DROP', value: PR_CAPBSET_DROP },
      { names: `CAP_${name.toUpperCase()}`, value: capabilityNames.indexOf(name) },
      0,
      0,
      0,
    ],
    // An older kernel does not know the newest of them.
    except: ['EINVAL'],
    about: `capability ${name.toUpperCase()}`,
  }));
}

/** Gives up the withheld ones of those the process holds; a program it executes gets what the bounding set leaves. */
export function giveUpCapabilities(held: bigint): Step {
  const mask = held & ~withheld.reduce((sum, name) => sum | capabilityBit(name), 0n);
  const data = new DataView(new ArrayBuffer(24));
  // Two structures of effective, permitted and inheritable: the lower 32 capabilities, then the upper.
  for (const [half, offset] of [
    [mask & 0xffffffffn, 0],
    [mask >> 32n, 12],
  ] as const) {
    data.setUint32(offset, Number(half), true);
    data.setUint32(offset + 4, Number(half), true);
  }
  const header = { words: [{ names: '_LINUX_CAPABILITY_VERSION_3', value: _LINUX_CAPABILITY_VERSION_3 }] };
  return { call: 'capset', args: [header, new Uint8Array(data.buffer)], about: 'capabilities' };
}
