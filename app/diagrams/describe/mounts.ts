import { isEqual, type Mount, mountsIn, type Overlay } from '../../../engine/state';
import { groupBy } from '../model/group';
import { counted, propagationText } from '../model/names';
import { bornNamespaces, refOf } from '../model/scene';
import { type Change, type ChangeLine, type EntryChange, entriesOf, isGoneNs, isNewNs, listed, nameOf } from './change';

/** From this many mounts with the same change on, one sentence tells of all. */
const many = 4;

export function describeMounts(change: Change): ChangeLine[] {
  const entries = entriesOf(change.before.mounts, change.patch.mounts).filter(({ was, now }) => {
    const ns = (now ?? was)?.ns;
    return ns !== undefined && !isNewNs(change, ns) && !isGoneNs(change, ns);
  });
  const added = entries.flatMap(({ now, was }) => (now && !was ? [now] : []));
  const removed = entries.flatMap(({ now, was }) => (was && !now ? [was] : []));
  return [...mountedLines(change, added), ...changedLines(change, entries), ...unmountedLines(change, removed)];
}

/** The same filesystem at the same place in several namespaces was mounted once and propagated. */
function mountedLines(change: Change, added: readonly Mount[]): ChangeLine[] {
  const told = added.filter((mount) => !isPin(change, mount));
  return [...groupBy(told, (mount) => `${mount.device} ${mount.root} ${mount.mountPoint}`).values()].flatMap(
    (group): ChangeLine[] => {
      const [first] = group;
      if (!first) return [];
      return [
        {
          mark: 'new',
          text: `${mountedText(change, first)}${whereText(change, group)}`,
          entity: refOf('mounts', keyOf(first)),
        },
      ];
    },
  );
}

function mountedText(change: Change, mount: Mount): string {
  const overlay = change.after.overlays[keyOf(mount)];
  if (overlay) return `mounted overlay on ${mount.mountPoint} (${layersText(overlay)})`;
  const twin = otherView(change, mount);
  if (twin) return `bind-mounted ${sourcePath(twin, mount)} on ${mount.mountPoint}`;
  if (mount.root !== '/') return `bind-mounted ${mount.root} of ${mount.fsType} on ${mount.mountPoint}`;
  const source = mount.source === mount.fsType || mount.source === 'none' ? '' : ` (source ${mount.source})`;
  return `mounted ${mount.fsType} on ${mount.mountPoint}${source}`;
}

/** An older mount of the same filesystem through which the bound directory can be seen; the closest one. */
function otherView(change: Change, mount: Mount): Mount | undefined {
  const holds = ({ root }: Mount) => root === '/' || mount.root === root || mount.root.startsWith(`${root}/`);
  return Object.values(change.before.mounts)
    .filter((other) => other.ns === mount.ns && other.device === mount.device && holds(other))
    .sort((a, b) => b.root.length - a.root.length)[0];
}

/** The path a bind mount shows, seen through another mount of the same filesystem. */
function sourcePath(other: Mount, mount: Mount): string {
  const rest = other.root === '/' ? mount.root : mount.root.slice(other.root.length);
  return `${other.mountPoint}/${rest}`.replaceAll(/\/+/g, '/').replace(/(.)\/$/, '$1');
}

function layersText({ layers }: Overlay): string {
  const paths = (role: 'upper' | 'lower') =>
    layers
      .filter((layer) => layer.role === role)
      .map(({ path }) => path)
      .join(':');
  const upper = paths('upper');
  return `lower: ${paths('lower')}${upper ? `, upper: ${upper}` : ', read-only'}`;
}

function unmountedLines(change: Change, removed: readonly Mount[]): ChangeLine[] {
  return [...groupBy(removed, (mount) => `${mount.device} ${mount.mountPoint}`).values()].flatMap(
    (group): ChangeLine[] => {
      const [first] = group;
      if (!first) return [];
      return [
        {
          mark: 'gone',
          text: `unmounted ${first.mountPoint}${whereText(change, group)}`,
          entity: refOf('mounts', keyOf(first)),
        },
      ];
    },
  );
}

function changedLines(change: Change, entries: ReadonlyArray<EntryChange<Mount>>): ChangeLine[] {
  const told = entries.flatMap(({ was, now }) =>
    was && now ? differences(was, now).map((text) => ({ mount: now, text })) : [],
  );
  return [...groupBy(told, ({ mount, text }) => `${mount.ns} ${text}`).values()].flatMap((group): ChangeLine[] => {
    const [first] = group;
    if (!first) return [];
    if (group.length < many) {
      return group.map(({ mount, text }) => ({
        mark: 'changed',
        text: `${mount.mountPoint} ${text}${whereText(change, [mount])}`,
        entity: refOf('mounts', keyOf(mount)),
      }));
    }
    const all = group.length === mountsIn(change.after, first.mount.ns).length ? 'all ' : '';
    const text = `${all}${counted(group.length, 'mount')} in ${nameOf(change, first.mount.ns)}: each ${first.text}`;
    return [{ mark: 'changed', text, entity: refOf('namespaces', first.mount.ns) }];
  });
}

function differences(was: Mount, now: Mount): string[] {
  const texts: string[] = [];
  if (was.mountPoint !== now.mountPoint) texts.push(`was moved here from ${was.mountPoint}`);
  if (!isEqual(was.propagation, now.propagation)) texts.push(`is ${kindText(now)} now, was ${kindText(was)}`);
  if (!isEqual(was.options, now.options)) texts.push(`has the options ${now.options.join(',')} now`);
  return texts;
}

/** The kind of propagation without its number, so that the same change reads the same. */
const kindText = (mount: Mount) =>
  propagationText(mount)
    .replace(/ ?propagate_from:\d+/, '')
    .replace('master:', 'slave of ')
    .replaceAll(/shared:\d+/g, 'shared')
    .replaceAll(/slave of \d+/g, 'slave');

function whereText(change: Change, mounts: readonly Mount[]): string {
  const born = bornNamespaces(change.after);
  const [first] = mounts;
  if (mounts.length === 1 && first && born.get(first.ns) === [...born.values()][0]) return '';
  const names = [...new Set(mounts.map(({ ns }) => nameOf(change, ns)))];
  return names.length > 3 ? `, in ${names.length} mount namespaces` : `, in ${listed(names)}`;
}

/** A bind mount of a namespace is told of as a pin. */
function isPin(change: Change, mount: Mount): boolean {
  return (
    mount.fsType === 'nsfs' &&
    Object.values(change.after.namespaces).some(({ pins }) =>
      pins.some(({ path, mountNs }) => path === mount.mountPoint && mountNs === mount.ns),
    )
  );
}

const keyOf = (mount: Mount) => `${mount.ns}/${mount.id}`;
