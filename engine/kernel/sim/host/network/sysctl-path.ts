/** Names of sysctls as paths. */
import { SysError } from '../../abi';

/**
 * Below `/proc/sys/net`. Dots part the path; where there are slashes, they do, and dots belong to names of devices (sysctl(8)).
 * Errors: EINVAL; ENOENT for what no network namespace has.
 */
export function sysctlPath(name: string): string {
  const path = name.includes('/') ? name : name.replaceAll('.', '/');
  if (path.split('/').some((part) => part === '' || part === '.' || part === '..'))
    throw new SysError('EINVAL', 'not the name of a sysctl');
  if (!path.startsWith('net/')) throw new SysError('ENOENT');
  return path.slice('net/'.length);
}
