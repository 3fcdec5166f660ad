/** Capabilities by number (capabilities(7)). A set is a bit mask. */
export const capabilityNames = [
  'chown',
  'dac_override',
  'dac_read_search',
  'fowner',
  'fsetid',
  'kill',
  'setgid',
  'setuid',
  'setpcap',
  'linux_immutable',
  'net_bind_service',
  'net_broadcast',
  'net_admin',
  'net_raw',
  'ipc_lock',
  'ipc_owner',
  'sys_module',
  'sys_rawio',
  'sys_chroot',
  'sys_ptrace',
  'sys_pacct',
  'sys_admin',
  'sys_boot',
  'sys_nice',
  'sys_resource',
  'sys_time',
  'sys_tty_config',
  'mknod',
  'lease',
  'audit_write',
  'audit_control',
  'setfcap',
  'mac_override',
  'mac_admin',
  'syslog',
  'wake_alarm',
  'block_suspend',
  'audit_read',
  'perfmon',
  'bpf',
  'checkpoint_restore',
] as const;

export type Capability = (typeof capabilityNames)[number];

const bits = new Map<Capability, bigint>(capabilityNames.map((name, number) => [name, 1n << BigInt(number)]));

export type CapabilityMask = bigint;
export const allCapabilities: CapabilityMask = (1n << BigInt(capabilityNames.length)) - 1n;

export function capabilityBit(capability: Capability): CapabilityMask {
  return bits.get(capability) ?? 0n;
}
