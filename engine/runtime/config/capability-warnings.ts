/**
 * Capabilities that a process asks for and will not have. They are no errors: "any value which cannot be mapped to a
 * relevant kernel interface, or cannot be granted otherwise MUST be logged as a warning" (OCI runtime-spec 1.2,
 * config.md, "Linux Process"; capabilities(7)).
 */
import { type CapabilityMask, capabilityNames } from '../../kernel';
import type { Capabilities } from './schema/process';

const known: readonly string[] = capabilityNames.map((name) => `CAP_${name.toUpperCase()}`);

/** `available` are those the runtime can give. */
export function capabilityWarnings(capabilities: Capabilities | undefined, available: CapabilityMask): string[] {
  return (['bounding', 'effective', 'inheritable', 'permitted', 'ambient'] as const).flatMap((set) =>
    (capabilities?.[set] ?? []).flatMap((name, index) => {
      const problem = wrong(name, set, capabilities ?? {}, available);
      return problem === undefined ? [] : [`process.capabilities.${set}[${index}]: ${name} ${problem}`];
    }),
  );
}

function wrong(
  name: string,
  set: keyof Capabilities,
  capabilities: Capabilities,
  available: CapabilityMask,
): string | undefined {
  const number = known.indexOf(name);
  if (number < 0) return 'is no capability of Linux, and is ignored';
  if ((available & (1n << BigInt(number))) === 0n) return 'is not the runtime’s to give, and is ignored';
  const needed = { effective: ['permitted'], ambient: ['permitted', 'inheritable'] } as const;
  if (set !== 'effective' && set !== 'ambient') return undefined;
  const missing = needed[set].find((other) => !capabilities[other]?.includes(name));
  return missing && `is ignored, because it is not among the ${missing} ones`;
}
