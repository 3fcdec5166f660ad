import { isEqual, type Mount, mountsIn, type Overlay } from '../../../engine/state';
import { groupBy } from '../model/group';
import { counted } from '../model/names';
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
  return [
    ...mountedLines(change, added),
    ...movedLines(change, entries),
    ...changedLines(change, entries),
    ...unmountedLines(change, removed),
  ];
}

/** The same filesystem at the same place in several namespaces was mounted once and propagated. */
function mountedLines(change: Change, added: readonly Mount[]): ChangeLine[] {
  const told = added.filter((mount) => !isPin(change, mount));
  return gathered(change, told).map(({ mounts, first, below }) => ({
    mark: 'new',
    text: `${mountedText(change, first)}${belowText(below)}${whereText(change, mounts)}`,
    entity: refOf('mounts', keyOf(first)),
  }));
}

interface Gathered {
  first: Mount;
  /** The same mount in every namespace it is in. */
  mounts: Mount[];
  /** Mounts that came or went with it, each below it. */
  below: number;
}

/** Puts the same mount of several namespaces together, and what lies below a mount with it where that is much. */
function gathered(change: Change, mounts: readonly Mount[]): Gathered[] {
  const keys = new Set(mounts.map(keyOf));
  const topOf = (mount: Mount): Mount => {
    let top = mount;
    const seen = new Set<string>();
    for (let key = parentKey(top); keys.has(key) && !seen.has(key); key = parentKey(top)) {
      seen.add(key);
      top = change.after.mounts[key] ?? change.before.mounts[key] ?? top;
    }
    return top;
  };
  const trees = [...groupBy(mounts, (mount) => keyOf(topOf(mount))).values()];
  const heads = trees.flatMap((tree) =>
    tree.length > many
      ? [{ tree: tree.filter((mount) => topOf(mount) === mount), below: tree.length - 1 }]
      : [{ tree, below: 0 }],
  );
  const told = heads.flatMap(({ tree, below }) => tree.map((mount) => ({ mount, below })));
  return [...groupBy(told, ({ mount }) => `${mount.device} ${mount.root} ${mount.mountPoint}`).values()].flatMap(
    (group): Gathered[] => {
      const [head] = group;
      return head ? [{ first: head.mount, mounts: group.map(({ mount }) => mount), below: head.below }] : [];
    },
  );
}

const parentKey = (mount: Mount) => (mount.parent === mount.id ? '' : `${mount.ns}/${mount.parent}`);
const belowText = (below: number) => (below > 0 ? `, with ${counted(below, 'mount')} below it` : '');

function mountedText(change: Change, mount: Mount): string {
  if (mount.mountPoint === '/') return `new root: ${mount.root} of ${mount.fsType}`;
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
  return gathered(change, removed).map(({ mounts, first, below }) => ({
    mark: 'gone',
    text: `unmounted ${first.mountPoint}${belowText(below)}${whereText(change, mounts)}`,
    entity: refOf('mounts', keyOf(first)),
  }));
}

/** pivot_root(2) and mount --move take a whole tree along: only its top is told. */
function movedLines(change: Change, entries: ReadonlyArray<EntryChange<Mount>>): ChangeLine[] {
  const moved = entries.flatMap(({ was, now }) =>
    was && now && was.mountPoint !== now.mountPoint ? [{ was, now }] : [],
  );
  const from = new Map(moved.map(({ was, now }) => [keyOf(now), was.mountPoint]));
  return gathered(
    change,
    moved.map(({ now }) => now),
  ).map(({ mounts, first, below }) => ({
    mark: 'changed',
    text: `${movedText(from.get(keyOf(first)) ?? '', first.mountPoint)}${belowText(below)}${whereText(change, mounts)}`,
    entity: refOf('mounts', keyOf(first)),
  }));
}

function movedText(from: string, to: string): string {
  if (from === '/') return `the old root is at ${to} now`;
  if (to === '/') return `what was at ${from} is the root now`;
  return `moved the mount at ${from} to ${to}`;
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
  if (!isEqual(was.propagation, now.propagation)) texts.push(`is ${kindText(now)} now, was ${kindText(was)}`);
  if (!isEqual(was.options, now.options)) texts.push(`has the options ${now.options.join(',')} now`);
  return texts;
}

/** The kind of propagation without its number, so that the same change reads the same. */
function kindText({ propagation: { shared, master, unbindable } }: Mount): string {
  const kinds = [
    master === undefined ? null : 'a slave',
    shared === undefined ? null : 'shared',
    unbindable ? 'unbindable' : null,
  ];
  return kinds.filter((kind) => kind !== null).join(' and ') || 'private';
}

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
