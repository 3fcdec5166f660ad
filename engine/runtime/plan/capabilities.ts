/** Capabilities of a container's process (capabilities(7)): names, sets, and the order in which they are given up. */
import { capabilityNames, type Step, type Value } from '../../kernel';
import type { Capabilities } from '../config';
import * as k from './constants';
import { prctl } from './steps';

const known: readonly string[] = capabilityNames.map((name) => `CAP_${name.toUpperCase()}`);

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
    const number = known.indexOf(name);
    return number < 0 ? mask : mask | (1n << BigInt(number));
  }, 0n);
}

/** While the process is still privileged. */
export function dropBounding({ bounding }: CapabilitySets): Step[] {
  return known.flatMap((name, number) =>
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
    ...known.flatMap((name, number) =>
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
