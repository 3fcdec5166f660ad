/** Small constructors for hand-made states: the rest of each entity is what a quiet Machine would show. */
import {
  type Address,
  applyPatch,
  type CniAttachment,
  type CniCall,
  type Container,
  emptyState,
  type Image,
  type IpcObject,
  type LabState,
  type Mount,
  type Namespace,
  type NamespaceKind,
  type NetDevice,
  type NsId,
  namespaceKinds,
  type Overlay,
  type PacketRule,
  type Process,
  type Propagation,
  type Route,
  type Socket,
  type StatePatch,
} from '../../../engine/state';

/** All capabilities of Linux 6.x, those of a Machine's root, and none (masks as in /proc/PID/status). */
export const allCapabilities = '000001ffffffffff';
export const machineCapabilities = '000000dcfeecffff';
export const noCapabilities = '0000000000000000';

type NamespaceMap = Record<NamespaceKind, NsId>;

const hostInode = 4026531835;
export const hostUser: NsId = 'user:4026531837';

export function machineNamespaces(base: number): NamespaceMap {
  return {
    mnt: `mnt:${base}`,
    uts: `uts:${base + 1}`,
    ipc: `ipc:${base + 2}`,
    pid: `pid:${base + 3}`,
    net: `net:${base + 4}`,
    cgroup: `cgroup:${base + 5}`,
    user: hostUser,
    time: `time:${hostInode - 1}`,
  };
}

export function namespace(id: NsId, more: Partial<Namespace> = {}): Namespace {
  const kind = namespaceKinds.find((name) => id.startsWith(`${name}:`)) ?? 'mnt';
  return { id, kind, initial: false, owner: hostUser, parent: null, pins: [], ...more };
}

export function process(pid: number, more: Partial<Process> & Pick<Process, 'namespaces'>): Process {
  const command = more.command ?? 'bash';
  return {
    pid,
    machine: 'lab',
    parent: 0,
    nsPids: [pid % 1000],
    session: pid,
    group: pid,
    state: 'alive',
    tty: null,
    command,
    args: [command],
    uid: 0,
    gid: 0,
    capabilities: {
      inheritable: noCapabilities,
      permitted: machineCapabilities,
      effective: machineCapabilities,
      bounding: machineCapabilities,
      ambient: noCapabilities,
    },
    noNewPrivs: false,
    signals: { ignored: noCapabilities, caught: noCapabilities },
    pidForChildren: null,
    cgroup: '/',
    cwd: '/root',
    root: '/',
    ...more,
  };
}

export function mount(ns: NsId, id: number, parent: number, mountPoint: string, more: Partial<Mount> = {}): Mount {
  return {
    ns,
    id,
    parent,
    device: '0:50',
    root: '/',
    mountPoint,
    options: ['rw', 'relatime'],
    propagation: {},
    fsType: 'tmpfs',
    source: 'tmpfs',
    superOptions: ['rw'],
    ...more,
  };
}

/** The mounts a Machine is born with; `group` numbers their peer groups from there, null makes them private. */
export function machineMounts(ns: NsId, firstId: number, group: number | null): Mount[] {
  const made: Mount[] = [];
  const add = (mountPoint: string, fsType: string, parent = firstId, more: Partial<Mount> = {}) => {
    const at = made.length;
    const propagation: Propagation = group === null ? {} : { shared: group + at };
    made.push(mount(ns, firstId + at, parent, mountPoint, { fsType, source: fsType, propagation, ...more }));
    return firstId + at;
  };
  add('/', 'overlay', 1, { source: 'underlay' });
  add('/root', 'tmpfs', firstId, { root: '/home-root' });
  add('/home', 'tmpfs', firstId, { root: '/home' });
  add('/tmp', 'tmpfs', firstId, { root: '/tmp' });
  add('/proc', 'proc');
  add('/sys', 'sysfs', firstId, { options: ['ro', 'nosuid'] });
  const dev = add('/dev', 'tmpfs');
  add('/dev/pts', 'devpts', dev);
  add('/dev/shm', 'tmpfs', dev);
  add('/dev/mqueue', 'mqueue', dev);
  add('/run', 'tmpfs');
  return made;
}

export function device(ns: NsId, index: number, name: string, kind: string, more: Partial<NetDevice> = {}): NetDevice {
  return {
    ns,
    index,
    name,
    kind,
    mac: kind === 'loopback' ? null : `02:42:0a:00:00:${index.toString(16).padStart(2, '0')}`,
    mtu: kind === 'loopback' ? 65536 : 1500,
    up: true,
    operState: kind === 'loopback' ? 'unknown' : 'up',
    master: null,
    link: null,
    ...more,
  };
}

export function address(ns: NsId, deviceIndex: number, cidr: string): Address {
  const family = cidr.includes(':') ? 'ipv6' : 'ipv4';
  const scope =
    cidr.startsWith('127.') || cidr.startsWith('::1') ? 'host' : cidr.startsWith('fe80') ? 'link' : 'global';
  return { ns, device: deviceIndex, family, cidr, scope };
}

export function route(ns: NsId, destination: string, deviceIndex: number, more: Partial<Route> = {}): Route {
  return {
    ns,
    family: 'ipv4',
    table: 254,
    destination,
    gateway: null,
    device: deviceIndex,
    source: null,
    metric: 0,
    type: 'unicast',
    ...more,
  };
}

/** Everything to add to a state, in lists; the keys are made here. */
export interface Parts {
  machines?: Array<{ id: string; initPid: number; namespaces: NamespaceMap }>;
  namespaces?: Namespace[];
  processes?: Process[];
  mounts?: Mount[];
  overlays?: Overlay[];
  devices?: NetDevice[];
  addresses?: Address[];
  routes?: Route[];
  rules?: PacketRule[];
  sockets?: Socket[];
  ipc?: IpcObject[];
  containers?: Container[];
  images?: Image[];
  cniCalls?: CniCall[];
  cniAttachments?: CniAttachment[];
}

export function patchOf(parts: Parts): StatePatch {
  const keyed = <T>(list: T[] | undefined, key: (value: T) => string) =>
    list && Object.fromEntries(list.map((value) => [key(value), value]));
  return {
    machines: keyed(parts.machines, (machine) => machine.id),
    namespaces: keyed(parts.namespaces, (ns) => ns.id),
    processes: keyed(parts.processes, ({ pid }) => `${pid}`),
    mounts: keyed(parts.mounts, ({ ns, id }) => `${ns}/${id}`),
    overlays: keyed(parts.overlays, (overlay) => overlay.mount),
    devices: keyed(parts.devices, ({ ns, index }) => `${ns}/${index}`),
    addresses: keyed(parts.addresses, (entry) => `${entry.ns}/${entry.device}/${entry.cidr}`),
    routes: keyed(parts.routes, (entry) =>
      [entry.ns, entry.table, entry.destination, entry.gateway ?? entry.device, entry.metric].join('/'),
    ),
    rules: keyed(parts.rules, (rule) => [rule.ns, rule.family, rule.table, rule.chain, rule.handle].join('/')),
    sockets: keyed(parts.sockets, (socket) => `${socket.ns}/${socket.protocol}/${socket.inode}`),
    ipc: keyed(parts.ipc, (object) => `${object.ns}/${object.kind}/${object.id}`),
    containers: keyed(parts.containers, ({ machine, id }) => `${machine}/${id}`),
    images: keyed(
      parts.images,
      ({ machine, layout, name, digest }) => `${machine}${layout}${name === null ? `@${digest}` : `/${name}`}`,
    ),
    cniCalls: keyed(parts.cniCalls, ({ machine, number }) => `${machine}/${number}`),
    cniAttachments: keyed(parts.cniAttachments, (entry) =>
      [entry.machine, entry.network, entry.container, entry.ifname].join('/'),
    ),
  };
}

export function add(state: LabState, parts: Parts): LabState {
  return applyPatch(state, patchOf(parts));
}

/** A lab with one Machine: init (57), a login shell on pts/0 (58). Observer's pids are 41000 above. */
export function oneMachine(id = 'lab', base = 4026532300, firstPid = 41000): LabState {
  const namespaces = machineNamespaces(base);
  return add(emptyState(), {
    machines: [{ id, initPid: firstPid + 1, namespaces }],
    namespaces: [
      namespace(hostUser, {
        initial: true,
        owner: null,
        setgroups: 'allow',
        uidMap: [{ inside: 0, outside: 0, count: 4294967295 }],
        gidMap: [{ inside: 0, outside: 0, count: 4294967295 }],
      }),
      namespace(namespaces.time, { initial: true }),
      namespace(namespaces.mnt),
      namespace(namespaces.uts, { hostname: id, domainname: '(none)' }),
      namespace(namespaces.ipc),
      namespace(namespaces.pid, { parent: 'pid:4026531836' }),
      namespace(namespaces.net, { ipForward: false }),
      namespace(namespaces.cgroup),
    ],
    processes: [
      process(firstPid + 1, { machine: id, nsPids: [1], command: 'init', namespaces }),
      process(firstPid + 12, {
        machine: id,
        parent: firstPid + 1,
        nsPids: [12],
        tty: 'pts/0',
        args: ['-bash'],
        namespaces,
      }),
    ],
    mounts: machineMounts(namespaces.mnt, base - 4026532300 + 100, base - 4026532300 + 1),
    devices: [device(namespaces.net, 1, 'lo', 'loopback')],
    addresses: [address(namespaces.net, 1, '127.0.0.1/8'), address(namespaces.net, 1, '::1/128')],
  });
}

/** A recorded lesson: a start, then commands and the state each led to. */
export interface Story {
  title: string;
  start: LabState;
  steps: Array<{ line: string; state: LabState }>;
}

/** Plays steps one after the other; each is told the state so far. */
export function story(
  title: string,
  start: LabState,
  steps: Array<readonly [line: string, then: (state: LabState) => LabState]>,
): Story {
  let state = start;
  return {
    title,
    start,
    steps: steps.map(([line, then]) => {
      state = then(state);
      return { line, state };
    }),
  };
}
