/** Capability masks in words, by the numbers of capabilities(7) (include/uapi/linux/capability.h). */
const names = [
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

const everything = (1n << BigInt(names.length)) - 1n;

/** Names of the capabilities in a hexadecimal mask, lowest first: `CAP_NET_ADMIN`; an unknown one is `41`. */
export function capabilityNames(mask: string): string[] {
  const found: string[] = [];
  for (let bits = BigInt(`0x${mask}`), number = 0; bits > 0n; bits >>= 1n, number += 1) {
    const name = names[number];
    if ((bits & 1n) === 1n) found.push(name ? `CAP_${name.toUpperCase()}` : `${number}`);
  }
  return found;
}

/** `all`, `none`, `all of the Machine's` (when equal to `machineMask`), a short list, or a count. */
export function capabilitySummary(mask: string, machineMask?: string): string {
  const bits = BigInt(`0x${mask}`);
  if (bits === 0n) return 'none';
  if ((bits & everything) === everything) return 'all';
  if (machineMask !== undefined && bits === BigInt(`0x${machineMask}`)) return 'all of the Machine’s';
  const found = capabilityNames(mask);
  return found.length <= 3 ? found.join(', ') : `${found.length} of ${names.length}`;
}
