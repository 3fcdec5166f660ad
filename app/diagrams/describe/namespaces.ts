import { type IdMapRange, isEqual, mountsIn, type Namespace } from '../../../engine/state';
import { counted } from '../model/names';
import { refOf } from '../model/scene';
import { type Change, type ChangeLine, type EntryChange, entriesOf, isGoneNs, isNewNs, nameOf } from './change';

export function describeNamespaces(change: Change): ChangeLine[] {
  const machines = entriesOf(change.before.machines, change.patch.machines).flatMap(
    ({ key, was, now }): ChangeLine[] => {
      if (now && was) return [];
      const entity = refOf('machines', key);
      return now
        ? [{ mark: 'new', text: `Machine ${key} started`, entity }]
        : [{ mark: 'gone', text: `Machine ${key} ended`, entity }];
    },
  );
  const bornNow = new Set(
    entriesOf(change.before.machines, change.patch.machines).flatMap(({ was, now }) =>
      Object.values((now ?? was)?.namespaces ?? {}),
    ),
  );
  const entries = entriesOf(change.before.namespaces, change.patch.namespaces).sort(ownersFirst);
  const lines = entries.flatMap(({ key, was, now }): ChangeLine[] => {
    const entity = refOf('namespaces', key);
    const known = now ?? was;
    if (!known || known.initial || bornNow.has(known.id)) return [];
    if (now && was) return differences(change, was, now).map((text) => ({ mark: 'changed', text, entity }));
    if (now) return [{ mark: 'new', text: birth(change, now), entity }];
    return [{ mark: 'gone', text: `${nameOf(change, known.id)} is gone`, entity }];
  });
  return [...machines, ...lines];
}

/** A user namespace comes before what it owns; otherwise in the order of their making. */
function ownersFirst(a: EntryChange<Namespace>, b: EntryChange<Namespace>): number {
  const rank = ({ was, now }: EntryChange<Namespace>) => ((now ?? was)?.kind === 'user' ? 0 : 1);
  return rank(a) - rank(b);
}

function birth(change: Change, ns: Namespace): string {
  const parts = [`new ${nameOf(change, ns.id)}`];
  if (ns.owner) parts.push(`owner ${nameOf(change, ns.owner)}`);
  if (ns.kind === 'pid' && ns.parent) parts.push(`inside ${nameOf(change, ns.parent)}`);
  if (ns.kind === 'user' && ns.ownerUid !== undefined) parts.push(`created by uid ${ns.ownerUid}`);
  if (ns.kind === 'mnt') parts.push(`with a copy of ${counted(mountsIn(change.after, ns.id).length, 'mount')}`);
  if (ns.uidMap && ns.uidMap.length > 0) parts.push(`uid_map ${mapText(ns.uidMap)}`);
  for (const path of new Set(ns.pins.map((pin) => pin.path))) parts.push(`pinned at ${path}`);
  return parts.join(', ');
}

function differences(change: Change, was: Namespace, now: Namespace): string[] {
  const name = nameOf(change, now.id);
  const texts: string[] = [];
  if (was.hostname !== now.hostname) texts.push(`hostname in ${name}: ${now.hostname}, was ${was.hostname}`);
  if (was.domainname !== now.domainname) texts.push(`domain name in ${name}: ${now.domainname}, was ${was.domainname}`);
  const uids = now.uidMap && !isEqual(was.uidMap, now.uidMap) ? mapText(now.uidMap) : null;
  const gids = now.gidMap && !isEqual(was.gidMap, now.gidMap) ? mapText(now.gidMap) : null;
  if (uids !== null && uids === gids) texts.push(`wrote uid_map and gid_map of ${name}: ${uids}`);
  else {
    if (uids !== null) texts.push(`wrote uid_map of ${name}: ${uids}`);
    if (gids !== null) texts.push(`wrote gid_map of ${name}: ${gids}`);
  }
  if (was.setgroups !== now.setgroups) texts.push(`setgroups of ${name}: ${now.setgroups}`);
  if (was.ipForward !== now.ipForward)
    texts.push(`${name} ${now.ipForward ? 'forwards IPv4 now' : 'no longer forwards IPv4'}`);
  const pinsOf = ({ pins }: Namespace) =>
    new Set(
      pins.filter(({ mountNs }) => !isNewNs(change, mountNs) && !isGoneNs(change, mountNs)).map(({ path }) => path),
    );
  const before = pinsOf(was);
  const after = pinsOf(now);
  for (const path of after) if (!before.has(path)) texts.push(`pinned ${name} by a bind mount on ${path}`);
  for (const path of before) if (!after.has(path)) texts.push(`${path} no longer pins ${name}`);
  return texts;
}

function mapText(map: readonly IdMapRange[]): string {
  const range = (start: number, count: number) => (count === 1 ? `${start}` : `${start}–${start + count - 1}`);
  return (
    map
      .map(({ inside, outside, count }) => `${range(inside, count)} inside is ${range(outside, count)} outside`)
      .join('; ') || 'empty'
  );
}
