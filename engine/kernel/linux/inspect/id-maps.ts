/** User and group maps of a user namespace, as its members show them (user_namespaces(7)). */
import type { Namespace } from '../../../state';
import { parseIdMap } from './parse/id-map';
import { readWhole } from './raw-file';

export type IdMaps = Pick<Namespace, 'uidMap' | 'gidMap' | 'setgroups'>;

/** Null when none of the members is there any more. */
export function readIdMaps(members: readonly number[]): IdMaps | null {
  for (const pid of members) {
    const uid = readWhole(`/proc/${pid}/uid_map`);
    const gid = readWhole(`/proc/${pid}/gid_map`);
    const setgroups = readWhole(`/proc/${pid}/setgroups`);
    if (uid === null || gid === null || setgroups === null) continue;
    return {
      uidMap: parseIdMap(uid),
      gidMap: parseIdMap(gid),
      setgroups: setgroups.trim() === 'deny' ? 'deny' : 'allow',
    };
  }
  return null;
}

/** Maps can be written once; after that nothing changes any more. */
export function areFinal(maps: IdMaps): boolean {
  return (maps.uidMap?.length ?? 0) > 0 && (maps.gidMap?.length ?? 0) > 0;
}
