/** What a configuration asks for and this host, or this runtime, does not have: refused before anything is made. */
import type { System } from '../../kernel';
import { type Config, readMountOptions } from '../config';
import { RuntimeError } from '../error';

export function checkHost(config: Config, system: System): void {
  const problems = [...securityModules(config, system), ...mounts(config), ...others(config)];
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

function mounts({ mounts: all = [] }: Config): string[] {
  return all.flatMap((mount, index) => {
    const { copiesUp, idmap } = readMountOptions(mount);
    return [
      ...(copiesUp ? [`mounts[${index}].options: tmpcopyup is not supported`] : []),
      ...(idmap !== 'none' || mount.uidMappings ? [`mounts[${index}]: idmapped mounts are not supported`] : []),
    ];
  });
}

function others({ linux }: Config): string[] {
  return linux?.intelRdt ? ['linux.intelRdt: is not supported'] : [];
}
