/** The features document (OCI runtime-spec 1.2, features.md, features-linux.md): what is understood, not what a host has. */
import { capabilityNames } from '../../kernel';
import { mountOptionWords } from './mount-options';
import { hookPoints } from './schema/hooks';
import { namespaceTypes } from './schema/linux';
import { compiledArchitectures, seccompActions, seccompFlags, seccompOperators } from './schema/seccomp';

/** The version of the specification this was written after; see `ociVersion` in config.json. */
export const supportedVersion = '1.2.1';

export function featuresDocument() {
  return {
    ociVersionMin: '1.0.0',
    ociVersionMax: supportedVersion,
    hooks: [...hookPoints],
    mountOptions: mountOptionWords,
    linux: {
      namespaces: namespaceTypes.toSorted(),
      capabilities: capabilityNames.map((name) => `CAP_${name.toUpperCase()}`),
      cgroup: { v1: true, v2: true, systemd: false, systemdUser: false, rdma: true },
      seccomp: {
        enabled: true,
        actions: seccompActions.toSorted(),
        operators: seccompOperators.toSorted(),
        archs: compiledArchitectures.toSorted(),
        knownFlags: seccompFlags.toSorted(),
        supportedFlags: seccompFlags.toSorted(),
      },
      apparmor: { enabled: true },
      selinux: { enabled: true },
      intelRdt: { enabled: false },
      mountExtensions: { idmap: { enabled: true } },
    },
  };
}
