/** Host and domain names of UTS namespaces (uts_namespaces(7)). */
import { check, nativeFunction } from '../syscall';
import { inNamespace } from './enter';

const uname = nativeFunction('int uname(void *buffer)');

/** Length of each field of `struct utsname`: sysname, nodename, release, version, machine, domainname. */
const fieldLength = 65;

export interface HostNames {
  hostname: string;
  domainname: string;
}

/** The names in the namespace `path` leads to. Errors: ENOENT, ESRCH when it is gone, EPERM. */
export function readHostNames(path: string): HostNames {
  const buffer = Buffer.alloc(fieldLength * 6);
  inNamespace('uts', path, () => check(uname(buffer), 'uname', path));
  const field = (index: number) => {
    const start = index * fieldLength;
    return buffer.toString('utf8', start, buffer.indexOf(0, start));
  };
  const domain = field(5);
  return { hostname: field(1), domainname: domain === '(none)' ? '' : domain };
}
