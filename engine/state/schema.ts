/**
 * `LabState`: everything that can be observed of a lab, as one plain JSON value.
 *
 * Both kernels fill it; checks and diagrams read nothing else. Every collection is a record from a stable key to a
 * flat value, so that a difference between two states is a short list of `set` and `delete` (see `diff.ts`).
 * Nothing that changes by itself on a quiet machine (CPU time, RSS, timestamps) belongs here.
 */
import * as z from 'zod';
import { namespaceKinds } from './kinds';

export const NamespaceKind = z.enum(namespaceKinds);
export type NamespaceKind = z.infer<typeof NamespaceKind>;

/** A namespace, by kind and inode number: `net:4026532281`. The kernel's own link text is `net:[4026532281]`. */
export const NsId = z.templateLiteral([NamespaceKind, ':', z.int()]);
export type NsId = z.infer<typeof NsId>;

/** The name of a Machine within its lab, for example `lab` or `internet`. */
export const MachineId = z.string();
export type MachineId = z.infer<typeof MachineId>;

export const MachineState = z.object({
  id: MachineId,
  /** Process id of the Machine's init as the observer sees it. */
  initPid: z.int(),
  /** The namespaces the Machine's init lives in: what the Machine "is". */
  namespaces: z.record(NamespaceKind, NsId),
});
export type MachineState = z.infer<typeof MachineState>;

/** One line of `/proc/PID/uid_map` or `gid_map` (user_namespaces(7)); `outside` is as the observer reads it. */
export const IdMapRange = z.object({ inside: z.int(), outside: z.int(), count: z.int() });
export type IdMapRange = z.infer<typeof IdMapRange>;

export const Namespace = z.object({
  id: NsId,
  kind: NamespaceKind,
  /** True for the namespaces the observer itself was born in: "the host's". */
  initial: z.boolean(),
  /** The user namespace that owns it (ioctl_ns(2) NS_GET_USERNS); null when it is out of sight. */
  owner: NsId.nullable(),
  /** Parent of a pid or user namespace (ioctl_ns(2) NS_GET_PARENT); null for other kinds and for the initial one. */
  parent: NsId.nullable(),
  /** Paths (with the mount namespace they are visible in) where the namespace is pinned by a bind mount. */
  pins: z.array(z.object({ mountNs: NsId, path: z.string() })),
  /** uts only. */
  hostname: z.string().optional(),
  domainname: z.string().optional(),
  /** user only. */
  uidMap: z.array(IdMapRange).optional(),
  gidMap: z.array(IdMapRange).optional(),
  setgroups: z.enum(['allow', 'deny']).optional(),
  /** user only: the uid (as the observer sees it) that created it (NS_GET_OWNER_UID). */
  ownerUid: z.int().optional(),
  /** net only: `net.ipv4.ip_forward`. */
  ipForward: z.boolean().optional(),
});
export type Namespace = z.infer<typeof Namespace>;

/** Capability sets as 64-bit masks in hexadecimal, as `/proc/PID/status` prints them (capabilities(7)). */
export const CapabilitySets = z.object({
  inheritable: z.string(),
  permitted: z.string(),
  effective: z.string(),
  bounding: z.string(),
  ambient: z.string(),
});
export type CapabilitySets = z.infer<typeof CapabilitySets>;

export const Process = z.object({
  /** Process id as the observer sees it; unique in a lab. */
  pid: z.int(),
  machine: MachineId,
  /** The parent's `pid` as the observer sees it; it may lie outside the Machine. */
  parent: z.int(),
  /** This process's number in each pid namespace from the Machine's own down to its innermost (`NSpid`). */
  nsPids: z.array(z.int()),
  session: z.int(),
  group: z.int(),
  /** `alive` stands for running, sleeping and waiting: the difference is noise. */
  state: z.enum(['alive', 'stopped', 'zombie']),
  /** Controlling terminal as a learner knows it, `pts/0`; null when there is none. */
  tty: z.string().nullable(),
  command: z.string(),
  args: z.array(z.string()),
  /** Effective user and group, numbered as the observer sees them. */
  uid: z.int(),
  gid: z.int(),
  capabilities: CapabilitySets,
  noNewPrivs: z.boolean(),
  /** Signal masks in hexadecimal, as `/proc/PID/status` prints them. */
  signals: z.object({ ignored: z.string(), caught: z.string() }),
  namespaces: z.record(NamespaceKind, NsId),
  /** The pid namespace its next child is born in, where it differs (`pid_for_children`). */
  pidForChildren: NsId.nullable(),
  /** Path of its cgroup below the Machine's own, `/` for the Machine's. */
  cgroup: z.string(),
  cwd: z.string(),
  /** Root directory as seen in the Machine: `/` unless it was changed by chroot. */
  root: z.string(),
});
export type Process = z.infer<typeof Process>;

/** How a mount takes part in propagation (mount_namespaces(7)); all fields empty means private. */
export const Propagation = z.object({
  /** Peer group it belongs to (`shared:N`). */
  shared: z.int().optional(),
  /** Peer group it receives from (`master:N`). */
  master: z.int().optional(),
  /** Nearest dominant peer group under the same root (`propagate_from:N`). */
  propagateFrom: z.int().optional(),
  unbindable: z.boolean().optional(),
});
export type Propagation = z.infer<typeof Propagation>;

/** One line of `/proc/PID/mountinfo` (proc_pid_mountinfo(5)). */
export const Mount = z.object({
  ns: NsId,
  id: z.int(),
  parent: z.int(),
  /** `major:minor` of the filesystem. */
  device: z.string(),
  /** The directory of the filesystem that forms the root of this mount. */
  root: z.string(),
  mountPoint: z.string(),
  options: z.array(z.string()),
  propagation: Propagation,
  fsType: z.string(),
  source: z.string(),
  superOptions: z.array(z.string()),
});
export type Mount = z.infer<typeof Mount>;

export const FileKind = z.enum([
  'file',
  'directory',
  'symlink',
  'fifo',
  'socket',
  'char',
  'block',
  /** A character device 0:0 in a layer: "this name is gone" (kernel: Documentation/filesystems/overlayfs). */
  'whiteout',
  /** A directory with `trusted.overlay.opaque=y` (or `user.overlay.opaque`): "nothing below shows through". */
  'opaque',
]);
export type FileKind = z.infer<typeof FileKind>;

/** What one layer holds under a name. */
export const LayerEntry = z.object({ layer: z.int(), kind: FileKind, size: z.int(), inode: z.int() });
export type LayerEntry = z.infer<typeof LayerEntry>;

/** An overlay mount, read layer by layer. Layer 0 is the topmost (the upper one, where there is one). */
export const Overlay = z.object({
  /** Key of the mount in `mounts`. */
  mount: z.string(),
  mountPoint: z.string(),
  layers: z.array(z.object({ role: z.enum(['upper', 'lower']), path: z.string() })),
  workdir: z.string().nullable(),
  /** Every name found in any layer, relative to the merged directory, with the layers that hold it, topmost first. */
  files: z.record(
    z.string(),
    z.object({
      /** The layer whose entry the merged view shows; null when the name is hidden. */
      from: z.int().nullable(),
      entries: z.array(LayerEntry),
    }),
  ),
  /** True when there were more names than are listed. */
  truncated: z.boolean(),
});
export type Overlay = z.infer<typeof Overlay>;

export const NetDevice = z.object({
  ns: NsId,
  index: z.int(),
  name: z.string(),
  /** `IFLA_INFO_KIND` (`veth`, `bridge`, `macvlan`, ...) or `loopback`, `ether` where the kernel gives none. */
  kind: z.string(),
  mac: z.string().nullable(),
  mtu: z.int(),
  /** IFF_UP: set up by an administrator. */
  up: z.boolean(),
  /** IFF_RUNNING and operstate (RFC 2863): `up`, `down`, `lowerlayerdown`, `unknown` ... */
  operState: z.string(),
  /** Index of the bridge it is a port of. */
  master: z.int().nullable(),
  /** The other end of a veth pair, or the lower device of a stacked one; `ns` is null when it is out of sight. */
  link: z.object({ ns: NsId.nullable(), index: z.int() }).nullable(),
});
export type NetDevice = z.infer<typeof NetDevice>;

export const Address = z.object({
  ns: NsId,
  device: z.int(),
  family: z.enum(['ipv4', 'ipv6']),
  /** Address with prefix length, `10.0.0.1/24`. */
  cidr: z.string(),
  scope: z.enum(['global', 'site', 'link', 'host', 'nowhere']),
});
export type Address = z.infer<typeof Address>;

export const Route = z.object({
  ns: NsId,
  family: z.enum(['ipv4', 'ipv6']),
  table: z.int(),
  /** Destination with prefix length, or `default`. */
  destination: z.string(),
  gateway: z.string().nullable(),
  device: z.int().nullable(),
  source: z.string().nullable(),
  metric: z.int(),
  /** `unicast`, `blackhole`, `unreachable`, `prohibit` ... */
  type: z.string(),
});
export type Route = z.infer<typeof Route>;

/** One rule of netfilter, whether nft or iptables-nft put it there. */
export const PacketRule = z.object({
  ns: NsId,
  family: z.string(),
  table: z.string(),
  chain: z.string(),
  /** The chain's base hook and type (`postrouting`, `nat`); null in a regular chain. */
  hook: z.string().nullable(),
  type: z.string().nullable(),
  handle: z.int(),
  /** The rule as `nft list` prints it. */
  text: z.string(),
  /** The statement that decides: `masquerade`, `dnat`, `snat`, `accept`, `drop`, `jump` ...; null when none does. */
  verdict: z.string().nullable(),
});
export type PacketRule = z.infer<typeof PacketRule>;

export const Socket = z.object({
  ns: NsId,
  protocol: z.enum(['tcp', 'udp', 'unix']),
  family: z.enum(['ipv4', 'ipv6', 'unix']),
  /** `address:port`, `[address]:port`, or the path of a unix socket (`@name` when abstract). */
  local: z.string(),
  remote: z.string().nullable(),
  state: z.enum(['listen', 'established', 'closing', 'unconnected']),
  inode: z.int(),
});
export type Socket = z.infer<typeof Socket>;

export const Cgroup = z.object({
  machine: MachineId,
  /** Path below the Machine's own cgroup; `/` is the Machine's. */
  path: z.string(),
  processes: z.int(),
  pidsMax: z.int().nullable(),
  memoryMaxBytes: z.int().nullable(),
});
export type Cgroup = z.infer<typeof Cgroup>;

export const IpcObject = z.object({
  ns: NsId,
  kind: z.enum(['shm', 'sem', 'msg', 'mqueue']),
  /** SysV identifier; for a POSIX queue its inode number. */
  id: z.int(),
  /** SysV key; null for a POSIX queue. */
  key: z.int().nullable(),
  /** POSIX queue name with its slash; null for SysV. */
  name: z.string().nullable(),
  ownerUid: z.int(),
  mode: z.int(),
  /** Bytes of a segment, semaphores of a set, or messages waiting in a queue. */
  size: z.int(),
  /** Processes attached to a segment; 0 for the other kinds. */
  attached: z.int(),
});
export type IpcObject = z.infer<typeof IpcObject>;

/** A container of the OCI runtime, as its own records and the kernel show it (runtime spec, "State"). */
export const ContainerStatus = z.enum(['creating', 'created', 'running', 'paused', 'stopped']);
export type ContainerStatus = z.infer<typeof ContainerStatus>;

export const Container = z.object({
  machine: MachineId,
  id: z.string(),
  status: ContainerStatus,
  /** Its process as the observer sees it: a key of `processes`. Null when it has none, or it is stopped. */
  pid: z.int().nullable(),
  /** Directory of its bundle and of its root filesystem, in the Machine. */
  bundle: z.string(),
  rootfs: z.string(),
  /** `process.args` of its configuration. */
  args: z.array(z.string()),
  annotations: z.record(z.string(), z.string()),
  /** Directory the runtime keeps its containers in (`--root`). */
  root: z.string(),
});
export type Container = z.infer<typeof Container>;

/** One content of an image layout, by its digest (image spec, "Descriptor"). */
export const Blob = z.object({ digest: z.string(), size: z.int(), mediaType: z.string() });
export type Blob = z.infer<typeof Blob>;

/** An image in an OCI image layout in a Machine: what leads from a line of its `index.json` to the contents. */
export const Image = z.object({
  machine: MachineId,
  /** Directory of the layout, `/var/lib/images`. */
  layout: z.string(),
  /** `org.opencontainers.image.ref.name`; null when the manifest has no name. */
  name: z.string().nullable(),
  /** Of its manifest. */
  digest: z.string(),
  /** `linux/amd64`; null when neither index nor configuration tells. */
  platform: z.string().nullable(),
  /** Null when the manifest cannot be read. */
  config: Blob.nullable(),
  /** Lowest first. */
  layers: z.array(
    Blob.extend({
      /** Digest of the layer unpacked, and the command that made it; null when the configuration does not tell. */
      diffId: z.string().nullable(),
      createdBy: z.string().nullable(),
    }),
  ),
  /** Digests of contents that are not there, and of those that are not what their digest says. */
  missing: z.array(z.string()),
  corrupt: z.array(z.string()),
});
export type Image = z.infer<typeof Image>;

/** One execution of a CNI plugin: what it was given and what it answered (CNI spec, section 2). */
export const CniCall = z.object({
  machine: MachineId,
  /** In the order in which they began. */
  number: z.int(),
  /** Number of the call whose plugin executed this one; null when a runtime or a person did. */
  parent: z.int().nullable(),
  /** `CNI_COMMAND`: `ADD`, `DEL`, `CHECK` ... */
  command: z.string(),
  /** Path of the executable. */
  plugin: z.string(),
  /** The variables that begin with `CNI_`. */
  environment: z.record(z.string(), z.string()),
  stdin: z.string(),
  stdout: z.string(),
  stderr: z.string(),
  /** Null while it runs. */
  exitCode: z.int().nullable(),
});
export type CniCall = z.infer<typeof CniCall>;

/** A container's part in a network, as the CNI library remembers it between ADD and DEL. */
export const CniAttachment = z.object({
  machine: MachineId,
  network: z.string(),
  container: z.string(),
  ifname: z.string(),
  /** Path of the network namespace. */
  netns: z.string(),
  /** With prefix length, as the last plugin's result has them. */
  addresses: z.array(z.string()),
  /** Of the result: the bridge, the ends of the pair ...; `sandbox` is the namespace's path, null on the Machine's side. */
  interfaces: z.array(z.object({ name: z.string(), sandbox: z.string().nullable() })),
});
export type CniAttachment = z.infer<typeof CniAttachment>;

export const LabState = z.object({
  machines: z.record(MachineId, MachineState),
  namespaces: z.record(z.string(), Namespace),
  /** Keyed by `pid`. */
  processes: z.record(z.string(), Process),
  /** Keyed by `ns/id`. */
  mounts: z.record(z.string(), Mount),
  /** Keyed like the mount. */
  overlays: z.record(z.string(), Overlay),
  /** Keyed by `ns/index`. */
  devices: z.record(z.string(), NetDevice),
  /** Keyed by `ns/device/cidr`. */
  addresses: z.record(z.string(), Address),
  /** Keyed by `ns/table/destination/gateway-or-device/metric`. */
  routes: z.record(z.string(), Route),
  /** Keyed by `ns/family/table/chain/handle`. */
  rules: z.record(z.string(), PacketRule),
  /** Keyed by `ns/protocol/inode`. */
  sockets: z.record(z.string(), Socket),
  /** Keyed by `machine` + `path`. */
  cgroups: z.record(z.string(), Cgroup),
  /** Keyed by `ns/kind/id`. */
  ipc: z.record(z.string(), IpcObject),
  /** Keyed by `machine/id`, and `@root` behind it where another directory has a container of that name already. */
  containers: z.record(z.string(), Container),
  /** Keyed by `machine` + `layout` + `/name`, or `@digest` where there is no name or several manifests have it. */
  images: z.record(z.string(), Image),
  /** Keyed by `machine/number`. */
  cniCalls: z.record(z.string(), CniCall),
  /** Keyed by `machine/network/container/ifname`. */
  cniAttachments: z.record(z.string(), CniAttachment),
});
export type LabState = z.infer<typeof LabState>;

export type Collection = keyof LabState;
