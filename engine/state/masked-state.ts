/**
 * A lab's state without what differs between any two labs (numbers that the kernel gives out, hardware addresses) and between
 * the two kernels by design. What is left must be the same on both after the same commands: a list of facts, one a line.
 */
import type { LabState, NsId, Process } from './schema';

type Named = (ns: string | null) => string;

/** Facts in order, the same fact as often as it holds. */
export function maskedState(state: LabState): string[] {
  const named = namesOf(state);
  return [
    ...processes(state, named),
    ...namespaces(state, named),
    ...mounts(state, named),
    ...overlays(state, named),
    ...network(state, named),
    ...ipc(state, named),
    ...engines(state),
  ].sort();
}

/** A Machine's own namespaces by its name; others by who lives in them and where they are pinned. */
function namesOf(state: LabState): Named {
  const names = new Map<string, string>();
  for (const { id, namespaces } of Object.values(state.machines)) {
    // What they have not of their own is the host's.
    for (const [kind, ns] of Object.entries(namespaces))
      names.set(ns, names.has(ns) ? `host.${kind}` : `${id}.${kind}`);
  }
  const made = Object.values(state.namespaces).filter(({ id, initial }) => !initial && !names.has(id));
  const signed = made.map(({ id, kind, pins, hostname }) => ({ id, kind, sign: signature(state, id, pins, hostname) }));
  const counts = new Map<string, number>();
  for (const { id, kind } of signed.sort((a, b) => (a.sign < b.sign ? -1 : 1))) {
    const number = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, number);
    names.set(id, `${kind}#${number}`);
  }
  return (ns) => (ns === null ? 'none' : (names.get(ns) ?? 'outside'));
}

function signature(state: LabState, id: NsId, pins: ReadonlyArray<{ path: string }>, hostname?: string): string {
  const members = Object.values(state.processes)
    .filter(({ namespaces }) => Object.values(namespaces).includes(id))
    .map(({ args, nsPids }) => `${nsPids.length} ${args.join(' ')}`);
  return [...members, ...pins.map(({ path }) => path), hostname ?? ''].sort().join('|');
}

function processes(state: LabState, named: Named): string[] {
  return Object.values(state.processes).map((one) => {
    const { machine, args, command, tty, uid, gid, capabilities, noNewPrivs, cgroup, cwd, root } = one;
    const { effective, permitted, bounding } = capabilities;
    const places = Object.values(one.namespaces).filter(isAlike).map(named).sort().join(' ');
    const numbers = one.nsPids.map((pid) => (pid === 1 ? '1' : 'n')).join('.');
    return fact('process', { machine, numbers, command, args, parent: parentOf(state, one), tty, uid, gid }).concat(
      fact('', { effective, permitted, bounding, noNewPrivs, cgroup, cwd, root, places }),
    );
  });
}

/** A container has a cgroup namespace of its own where there is version 2 alone (`runc spec`). */
const isAlike = (ns: NsId) => !ns.startsWith('cgroup:');

/**
 * Who outlives his parent is given to init. The real kernel tells nobody of that moment, which is later than the parent's end
 * when that had several threads: so init and a parent that is out of sight are alike here.
 */
function parentOf(state: LabState, { parent }: Process): string {
  const command = state.processes[parent]?.command;
  return command === undefined || command === 'init' ? 'init or outside' : command;
}

function namespaces(state: LabState, named: Named): string[] {
  return Object.values(state.namespaces)
    .filter(({ id, initial }) => !initial && isAlike(id))
    .map(({ id, owner, parent, pins, hostname, domainname, uidMap, gidMap, setgroups, ipForward }) => {
      const pinned = pins.map(({ mountNs, path }) => `${named(mountNs)} ${path}`).sort();
      // A Machine has what the host has, which may be nothing.
      const domain = domainname === '(none)' ? '' : domainname;
      const about = { hostname, domain, uidMap, gidMap, setgroups, ipForward };
      return fact('namespace', { name: named(id), owner: named(owner), parent: named(parent), pinned, ...about });
    });
}

/** Control groups are mounted as the machine has them: version 1, 2, or both. */
const isOfCgroups = (path: string) => path === '/sys/fs/cgroup' || path.startsWith('/sys/fs/cgroup/');

/** A container's configuration covers these where they are; that depends on the hardware and on how a kernel was built. */
const isOfHardware = (path: string) =>
  /^\/proc\/(acpi|asound|bus|irq|keys|latency_stats|scsi|timer_list|timer_stats)$/.test(path);

function mounts(state: LabState, named: Named): string[] {
  const alike = Object.values(state.mounts).filter(
    ({ mountPoint }) => !isOfCgroups(mountPoint) && !isOfHardware(mountPoint),
  );
  return alike.map(({ ns, mountPoint, fsType, root: path, options, propagation, source }) => {
    const root = fsType === 'nsfs' ? named(path.replace(/[[\]]/g, '')) : path;
    const { shared, master, unbindable } = propagation;
    const kinds = [shared && 'shared', master && 'slave', unbindable && 'unbindable'].filter(Boolean).join(' ');
    return fact('mount', { ns: named(ns), mountPoint, fsType, root, source, options: [...options].sort(), kinds });
  });
}

function overlays(state: LabState, named: Named): string[] {
  return Object.values(state.overlays).flatMap(({ mount, mountPoint, layers, workdir, files }) => {
    const ns = named(state.mounts[mount]?.ns ?? null);
    const below = Object.entries(files).map(([name, { from, entries }]) => {
      const held = entries.map(({ layer, kind, size }) => `${layer} ${kind} ${kind === 'file' ? size : ''}`);
      return fact('layer entry', { ns, mountPoint, name, from, held });
    });
    return [fact('overlay', { ns, mountPoint, layers, workdir }), ...below];
  });
}

function network(state: LabState, named: Named): string[] {
  const device = (ns: NsId | null, index: number | null) =>
    Object.values(state.devices).find((one) => one.ns === ns && one.index === index)?.name ?? index;
  return [
    // Whether a carrier is there the real kernel finds out some time later, and its observer may not hear of it.
    ...Object.values(state.devices).map(({ ns, name, kind, mtu, up, master, link }) => {
      const other = link && `${named(link.ns)} ${device(link.ns, link.index)}`;
      return fact('device', { ns: named(ns), name, kind, mtu, up, master: device(ns, master), other });
    }),
    ...Object.values(state.addresses)
      // Made of hardware addresses.
      .filter(({ scope, family }) => !(family === 'ipv6' && scope === 'link'))
      .map(({ ns, device: index, cidr, scope }) =>
        fact('address', { ns: named(ns), on: device(ns, index), cidr, scope }),
      ),
    ...Object.values(state.routes)
      .filter(({ family }) => family === 'ipv4')
      .map(({ ns, device: index, ...route }) => fact('route', { ...route, ns: named(ns), on: device(ns, index) })),
    ...Object.values(state.rules).map(({ ns, family, table, chain, hook, type, text, verdict }) =>
      fact('rule', { ns: named(ns), family, table, chain, hook, type, text, verdict }),
    ),
    ...Object.values(state.sockets)
      .filter(({ state: phase, protocol }) => phase === 'listen' && protocol !== 'unix')
      .map(({ ns, protocol, local }) => fact('socket', { ns: named(ns), protocol, local })),
  ];
}

function ipc(state: LabState, named: Named): string[] {
  // A key may be made of an inode's number (ftok(3)).
  return Object.values(state.ipc).map(({ ns, kind, key, name, ownerUid, mode, size, attached }) =>
    fact('ipc', { ns: named(ns), kind, keyed: key !== null && key !== 0, name, ownerUid, mode, size, attached }),
  );
}

function engines(state: LabState): string[] {
  return [
    ...Object.values(state.containers).map(({ pid, ...container }) => fact('container', container)),
    ...Object.values(state.images).map(({ machine, layout, name, layers, missing, corrupt }) =>
      fact('image', { machine, layout, name, layers: layers.length, missing: missing.length, corrupt: corrupt.length }),
    ),
    ...Object.values(state.cniAttachments).map((attachment) => fact('attachment', attachment)),
    ...Object.values(state.cniCalls).map(({ machine, number, parent, command, plugin, exitCode }) =>
      fact('call', { machine, number, parent, command, plugin, exitCode }),
    ),
  ];
}

function fact(kind: string, about: object): string {
  return `${kind} ${JSON.stringify(about)}`;
}
