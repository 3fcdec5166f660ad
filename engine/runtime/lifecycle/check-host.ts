/** What a configuration asks for and this host, or this runtime, does not have: refused before anything is made. */
import { MS_BIND, type System } from '../../kernel';
import { type Config, type Mount, readMountOptions } from '../config';
import { RuntimeError } from '../error';

/** `rootfs`: absolute and without symbolic links. */
export function checkHost(config: Config, rootfs: string, system: System): void {
  const problems = [...securityModules(config, system), ...mounts(config, rootfs, system), ...others(config)];
  if (problems.length > 0) throw new RuntimeError(`config.json: ${problems.join('; ')}`);
}

function securityModules({ process, linux }: Config, { facts }: System): string[] {
  const problems: string[] = [];
  const has = (name: string) => facts.securityModules.includes(name);
  if (process?.apparmorProfile && !has('apparmor')) {
    problems.push('process.apparmorProfile: this kernel runs without AppArmor');
  }
  if (process?.selinuxLabel && !has('selinux')) problems.push('process.selinuxLabel: this kernel runs without SELinux');
  // What is missing: a context for each filesystem that the container mounts.
  if (linux?.mountLabel) {
    problems.push(`linux.mountLabel: ${has('selinux') ? 'is not supported' : 'this kernel runs without SELinux'}`);
  }
  return problems;
}

function mounts({ mounts: all = [] }: Config, rootfs: string, system: System): string[] {
  return all.flatMap((mount, index) => {
    const { copiesUp, flags, idmap } = readMountOptions(mount);
    return [
      ...(copiesUp && !hasNothingToCopy(all, index, rootfs, system)
        ? [`mounts[${index}].options: tmpcopyup is not supported for a directory that is not empty`]
        : []),
      ...(idmap === 'none' && !mount.uidMappings ? [] : idmapped(index, (flags & MS_BIND) !== 0, system)),
    ];
  });
}

/** What is missing: the mapping of a filesystem that is mounted anew. */
function idmapped(index: number, isBind: boolean, { facts }: System): string[] {
  if (!isBind) return [`mounts[${index}]: an idmapped mount that is no bind mount is not supported`];
  return facts.uid === 0 ? [] : [`mounts[${index}]: an idmapped mount takes root`];
}

/** What is missing: to copy. Where nothing lies below the mount, nothing has to be. */
function hasNothingToCopy(all: readonly Mount[], index: number, rootfs: string, { files }: System): boolean {
  const destination = `/${(all[index]?.destination ?? '').split('/').filter(Boolean).join('/')}`;
  const isCovered = all.slice(0, index).some((before) => destination.startsWith(`${before.destination}/`));
  const path = `${rootfs}${destination}`;
  // A link may lead anywhere, so nothing is known of what is behind it.
  const isPlain = files.kind(path) === null || files.realPath(path) === path;
  return !isCovered && isPlain && files.list(path).length === 0;
}

function others({ linux }: Config): string[] {
  return linux?.intelRdt ? ['linux.intelRdt: is not supported'] : [];
}
