/** Rules about namespaces and what needs one (OCI runtime-spec 1.2, config-linux.md, "Namespaces" and after). */
import type { Linux, NamespaceType } from '../schema/linux';
import type { IdMapping } from '../schema/values';
import { type Finding, twice } from './rule';

type Fields = Pick<Linux, 'namespaces' | 'uidMappings' | 'gidMappings' | 'timeOffsets'>;

/** Whether the container is in a namespace of this type that is not the runtime's, new or joined. */
export function hasNamespace(linux: Pick<Linux, 'namespaces'> | undefined, type: NamespaceType): boolean {
  return linux?.namespaces?.some((namespace) => namespace.type === type) ?? false;
}

function isNew({ namespaces = [] }: Fields, type: NamespaceType): boolean {
  return namespaces.some((namespace) => namespace.type === type && namespace.path === undefined);
}

export function namespaceRules({ namespaces = [] }: Fields): Finding[] {
  return twice(namespaces, ({ type }) => type, 'type', 'namespaces');
}

/** user_namespaces(7). */
export function userMappingRules(linux: Fields): Finding[] {
  return (['uidMappings', 'gidMappings'] as const).flatMap((field): Finding[] => {
    const mappings = linux[field] ?? [];
    if (mappings.length === 0)
      return isNew(linux, 'user')
        ? [{ path: [field], problem: 'is missing: in a new user namespace without it nobody has an id' }]
        : [];
    if (!hasNamespace(linux, 'user'))
      return [{ path: [field], problem: 'needs a namespace of type "user" in namespaces' }];
    return mappingRules(mappings, field);
  });
}

/** What the kernel answers with EINVAL when it is written to uid_map. */
export function mappingRules(mappings: readonly IdMapping[], field: string): Finding[] {
  return mappings.flatMap((mapping, index): Finding[] => {
    const path = [field, index];
    if (mapping.size === 0) return [{ path: [...path, 'size'], problem: 'has to be more than 0' }];
    if (Math.max(mapping.containerID, mapping.hostID) + mapping.size > 2 ** 32)
      return [{ path, problem: 'goes beyond the last id, 4294967295' }];
    const other = mappings.findIndex(
      (before, at) => at < index && (overlap(before, mapping, 'containerID') || overlap(before, mapping, 'hostID')),
    );
    return other < 0 ? [] : [{ path, problem: `has ids that ${field}[${other}] has, too` }];
  });
}

function overlap(a: IdMapping, b: IdMapping, side: 'containerID' | 'hostID'): boolean {
  return a[side] < b[side] + b.size && b[side] < a[side] + a.size;
}

/** time_namespaces(7): a clock can be shifted before the first process is in, not later. */
export function timeOffsetRules(linux: Fields): Finding[] {
  return Object.keys(linux.timeOffsets ?? {}).length > 0 && !isNew(linux, 'time')
    ? [{ path: ['timeOffsets'], problem: 'needs a new namespace of type "time" in namespaces, one without a path' }]
    : [];
}
