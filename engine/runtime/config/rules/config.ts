/** Rules that join several parts of config.json. */

import { MS_BIND, MS_REMOUNT } from '../../../kernel';
import { readMountOptions } from '../mount-options';
import type { Config } from '../schema/config';
import type { Mount } from '../schema/mount';
import { hasNamespace, mappingRules } from './namespaces';
import type { Finding } from './rule';

/** HOST_NAME_MAX; sethostname(2) refuses more. */
const longestName = 64;

export function hostNameRules(config: Config): Finding[] {
  return (['hostname', 'domainname'] as const).flatMap((field): Finding[] => {
    const name = config[field];
    if (!name) return [];
    const found: Finding[] = [];
    if (!hasNamespace(config.linux, 'uts'))
      found.push({ path: [field], problem: 'needs a namespace of type "uts" in linux.namespaces' });
    if (new TextEncoder().encode(name).length > longestName)
      found.push({ path: [field], problem: `is longer than ${longestName} bytes` });
    return found;
  });
}

export function mountRules(config: Config): Finding[] {
  return (config.mounts ?? []).flatMap((mount, index) =>
    [...kindRules(mount), ...idmapRules(mount, config)].map(({ path, problem }) => ({
      path: ['mounts', index, ...path],
      problem,
    })),
  );
}

function kindRules(mount: Mount): Finding[] {
  const { flags, propagation } = readMountOptions(mount);
  if (flags & MS_BIND && !(flags & MS_REMOUNT))
    return mount.source ? [] : [{ path: ['source'], problem: 'is missing: a bind mount shows something' }];
  const onlyChanges = flags & MS_REMOUNT || propagation.length > 0;
  return mount.type || onlyChanges
    ? []
    : [{ path: ['type'], problem: 'is missing: only a bind mount ("bind" or "rbind" in options) needs none' }];
}

function idmapRules(mount: Mount, { linux }: Config): Finding[] {
  const { uidMappings = [], gidMappings = [] } = mount;
  if (uidMappings.length > 0 !== gidMappings.length > 0)
    return [
      { path: [uidMappings.length > 0 ? 'gidMappings' : 'uidMappings'], problem: 'is missing: the other one is there' },
    ];
  const mappings = [...mappingRules(uidMappings, 'uidMappings'), ...mappingRules(gidMappings, 'gidMappings')];
  const needsSome = readMountOptions(mount).idmap !== 'none' && uidMappings.length === 0;
  return needsSome && !hasNamespace(linux, 'user')
    ? [
        {
          path: ['options'],
          problem: "an idmapped mount needs uidMappings and gidMappings, its own or a user namespace's",
        },
      ]
    : mappings;
}

/** semver.org 2.0.0. All of 1.x is one contract: what a later minor version adds are fields an earlier one passes over. */
const version =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

export function versionRules({ ociVersion }: Pick<Config, 'ociVersion'>): Finding[] {
  const major = version.exec(ociVersion)?.[1];
  const problem =
    major === undefined
      ? `${JSON.stringify(ociVersion)} is no version like "1.2.0" (semver.org)`
      : `${JSON.stringify(ociVersion)} is not supported: versions 1.0.0 and later with the major number 1 are`;
  return major === '1' ? [] : [{ path: ['ociVersion'], problem }];
}

/** cgroups(7): a path out of the runtime's own part of the hierarchy would be somebody else's cgroup. */
export function cgroupsPathRules({ linux }: Config): Finding[] {
  const leaves = linux?.cgroupsPath?.split('/').includes('..');
  return leaves ? [{ path: ['linux', 'cgroupsPath'], problem: 'has ".." in it' }] : [];
}
