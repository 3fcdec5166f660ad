/** Names of network devices (IFNAMSIZ; dev_valid_name). */
import { KernelError } from './port';

const deviceName = /^[^/\s:]{1,15}$/;

/** The name itself. Errors: EINVAL for what no device can be called. */
export function checkedDeviceName(name: string): string {
  if (deviceName.test(name) && name !== '.' && name !== '..') return name;
  throw new KernelError('EINVAL', 'link', name, 'a device name has 1 to 15 characters, none of them / : or a space');
}
