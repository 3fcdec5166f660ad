/** Capabilities of a container's process (capabilities(7)): names, sets, and the order in which they are given up. */
import type { Step, Value } from '../../kernel';
import type { Capabilities } from '../config';
import * as k from './constants';
import { prctl } from './steps';

/** By number (linux/capability.h). */
export const capabilityNames: readonly string[] = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_DAC_READ_SEARCH',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETPCAP',
  'CAP_LINUX_IMMUTABLE',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_BROADCAST',
  'CAP_NET_ADMIN',
  'CAP_NET_RAW',
  'CAP_IPC_LOCK',
  'CAP_IPC_OWNER',
  'CAP_SYS_MODULE',
  'CAP_SYS_RAWIO',
  'CAP_SYS_CHROOT',
  'CAP_SYS_PTRACE',
  'CAP_SYS_PACCT',
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
  'CAP_SYS_NICE',
  'CAP_SYS_RESOURCE',
  'CAP_SYS_TIME',
  'CAP_SYS_TTY_CONFIG',
  'CAP_MKNOD',
  'CAP_LEASE',
  'CAP_AUDIT_WRITE',
  'CAP_AUDIT_CONTROL',
  'CAP_SETFCAP',
  'CAP_MAC_OVERRIDE',
  'CAP_MAC_ADMIN',
  'CAP_SYSLOG',
  'CAP_WAKE_ALARM',
  'CAP_BLOCK_SUSPEND',
  'CAP_AUDIT_READ',
  'CAP_PERFMON',
  'CAP_BPF',
  'CAP_CHECKPOINT_RESTORE',
];

/** All that the runtime's process may hand on: its own, or everything where it makes a user namespace. */
export const everyCapability = (1n << BigInt(capabilityNames.length)) - 1n;

/** Without `capabilities` there are none. Those that the runtime does not have itself are left out, as its like do. */
export class CapabilitySets {
  readonly bounding: bigint;
  readonly effective: bigint;
  readonly permitted: bigint;
  readonly inheritable: bigint;
  readonly ambient: bigint;

  constructor(capabilities: Capabilities | undefined, available: bigint) {
    const mask = (names: readonly string[] = []) => maskOf(names) & available;
    this.bounding = mask(capabilities?.bounding);
    this.permitted = mask(capabilities?.permitted);
    this.effective = mask(capabilities?.effective) & this.permitted;
    this.inheritable = mask(capabilities?.inheritable);
    // The kernel raises only what is permitted and inheritable.
    this.ambient = mask(capabilities?.ambient) & this.permitted & this.inheritable;
  }
}

function maskOf(names: readonly string[]): bigint {
  return names.reduce((mask, name) => {
    const number = capabilityNames.indexOf(name);
    return number < 0 ? mask : mask | (1n << BigInt(number));
  }, 0n);
}

/** While the process is still privileged. */
export function dropBounding({ bounding }: CapabilitySets): Step[] {
  return capabilityNames.flatMap((name, number) =>
    bounding & (1n << BigInt(number))
      ? []
      : [
          {
            ...prctl({ PR_CAPBSET_DROP: k.PR_CAPBSET_DROP }, { names: name, value: number }),
            // An older kernel does not know the newest of them; EPERM: none to drop in a namespace without CAP_SETPCAP.
            except: ['EINVAL'],
          },
        ],
  );
}

/** After the change of user, which PR_SET_KEEPCAPS has let the capabilities survive. */
export function setCapabilities(sets: CapabilitySets): Step[] {
  return [
    { call: 'capset', args: [capabilityHeader, capabilityData(sets)], about: 'capabilities' },
    {
      ...prctl(
        { PR_CAP_AMBIENT: k.PR_CAP_AMBIENT },
        { names: 'PR_CAP_AMBIENT_CLEAR_ALL', value: k.PR_CAP_AMBIENT_CLEAR_ALL },
      ),
    },
    ...capabilityNames.flatMap((name, number) =>
      sets.ambient & (1n << BigInt(number))
        ? [
            prctl(
              { PR_CAP_AMBIENT: k.PR_CAP_AMBIENT },
              { names: 'PR_CAP_AMBIENT_RAISE', value: k.PR_CAP_AMBIENT_RAISE },
              { names: name, value: number },
            ),
          ]
        : [],
    ),
  ];
}

/** struct __user_cap_header_struct: _LINUX_CAPABILITY_VERSION_3, this process. */
const capabilityHeader: Value = { words: [0x20080522] };

/** Two of struct __user_cap_data_struct: the lower 32 capabilities, then the upper. */
function capabilityData({ effective, permitted, inheritable }: CapabilitySets): Uint8Array {
  const bytes = new Uint8Array(24);
  const view = new DataView(bytes.buffer);
  for (const half of [0, 1]) {
    for (const [index, set] of [effective, permitted, inheritable].entries()) {
      view.setUint32(half * 12 + index * 4, Number((set >> BigInt(32 * half)) & 0xffffffffn), true);
    }
  }
  return bytes;
}
