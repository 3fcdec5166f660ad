/** overlayfs (kernel: Documentation/filesystems/overlayfs.rst): layers of directories seen as one. */
import { SysError } from '../../abi/errno';
import { S_IFCHR, S_IFDIR, S_IFREG } from '../../abi/files';
import type { SimKernel } from '../../kernel';
import { isCapable } from '../../task/credentials';
import type { Dentry } from '../../vfs/dentry';
import type { Inode } from '../../vfs/inode';
import { lookup } from '../../vfs/lookup';
import { createName, linkName, makeDirectory, removeName } from '../../vfs/names';
import type { Path } from '../../vfs/path';
import {
  type FilesystemType,
  type FsUsage,
  type MountRequest,
  type RemountContext,
  SuperBlock,
} from '../../vfs/super-block';
import { OverlayDirectory } from './directory';
import { HardLinks } from './hard-links';
import { isInUse, unuse, use } from './in-use';
import { demandNoOverlap, findLayers, type LayerFs, type Layers, type OverlayLayer } from './layers';
import { type OverlayOptions, parseOverlayOptions, type RedirectMode, showOptions, type UuidMode } from './options';
import { readOrigin } from './origin';
import { Marks } from './xattrs';

const overlayMagic = 0x794c7630;
/** FILESYSTEM_MAX_STACK_DEPTH */
const maxDepth = 2;

export class OverlaySuperBlock extends SuperBlock {
  override readonly type = 'overlay';
  override readonly root: OverlayDirectory;
  readonly settings: OverlayOptions;
  readonly marks: Marks;
  readonly upper: Dentry | null;
  /** `work` in the workdir: where things are put together. */
  readonly work: Dentry | null;
  readonly lowers: readonly Dentry[];
  /** With `index=on`. */
  readonly hardLinks: HardLinks | null;
  readonly redirect: RedirectMode;
  readonly index: boolean;
  /** All layers lie on one filesystem: inode numbers are what they are there. */
  isSameFs = true;
  /** They do not, but are told apart in one space of numbers (`xino`). */
  numbersAcross = false;
  /** How many overlays lie on each other here. */
  readonly depth: number;
  /** The filesystems the layers are on; the upper's comes first. */
  readonly filesystems: LayerFs[] = [];
  readonly #mounter: { uid: number; gid: number };
  readonly #uuid: UuidMode;
  readonly #layers: Layers;
  readonly #ids: number[] = [];
  #whiteout: Inode | null = null;
  #nextIno = 2;
  #temporary = 0;

  constructor(
    readonly kernel: SimKernel,
    { device, task, data }: MountRequest,
  ) {
    super(device, task.cred.user);
    const options = parseOverlayOptions(data);
    const layers = findLayers(task, options);
    this.settings = options;
    this.#layers = layers;
    this.#mounter = { uid: task.cred.fsuid, gid: task.cred.fsgid };
    this.upper = layers.upper?.dentry ?? null;
    this.lowers = layers.lowers.map(({ dentry }) => dentry);
    this.depth = 1 + Math.max(...this.#roots.map(({ inode }) => depthOf(inode.sb)));
    if (this.depth > maxDepth) throw new SysError('EINVAL', 'maximum fs stacking depth exceeded');
    demandNoOverlap(layers);
    const mayMark = options.userxattr || isCapable(task.cred, 'sys_admin', kernel.namespaces.initial.user);
    this.marks = new Marks(options.userxattr, !mayMark);
    this.index = (options.index ?? options.nfsExport) && layers.upper !== null && mayMark;
    if (this.index && isInUse(layers)) throw new SysError('EBUSY');
    this.redirect = redirectOf(options, layers.upper !== null, mayMark);
    this.work = layers.work ? this.#makeWork(layers.work.dentry) : null;
    const index = this.index && layers.work ? lookup(layers.work.dentry, 'index', null) : null;
    this.hardLinks = index && new HardLinks(this, index);
    this.#uuid = this.#identify(mayMark);
    this.readOnly = this.upper === null;
    use(layers);
    this.#number();
    const visible = this.lowers.slice(0, this.lowers.length - options.dataLayers);
    this.root = new OverlayDirectory(this, { upper: this.upper, lowers: visible }, null);
  }

  /** What it was mounted with, the topmost first. */
  get layers(): OverlayLayer[] {
    const { upper, lowers } = this.#layers;
    const below = lowers.map((path): OverlayLayer => ({ role: 'lower', path }));
    return upper ? [{ role: 'upper', path: upper }, ...below] : below;
  }
  get workdir(): Path | null {
    return this.#layers.work;
  }
  /** Its marks are extended attributes `PREFIXoverlay.*`. */
  get xattrPrefix(): 'user.' | 'trusted.' {
    return this.settings.userxattr ? 'user.' : 'trusted.';
  }

  /** Metadata that would be lost if somebody changed the layers while this is not mounted. */
  get allowsOfflineChanges(): boolean {
    return !this.index && this.redirect !== 'on' && this.settings.xino !== 'on';
  }
  nextIno(): number {
    return this.#nextIno++;
  }
  fsOf(sb: SuperBlock): LayerFs | undefined {
    return this.filesystems.find((fs) => fs.sb === sb);
  }
  origin(value: Uint8Array): { sb: SuperBlock; ino: number } | null {
    return readOrigin(
      value,
      this.filesystems.map(({ sb }) => sb),
      this.kernel.options.seed,
    );
  }

  /** A name for what is gone, still in the work directory. One inode stands for all of them. */
  prepareWhiteout(): Dentry {
    const { work } = this;
    if (!work) throw new SysError('EROFS');
    if (!this.#whiteout || this.#whiteout.nlink === 0) {
      const birth = { mode: S_IFCHR, ...this.#mounter, rdev: { major: 0, minor: 0 } };
      this.#whiteout = createName(work, this.temporaryName(), birth).inode;
    }
    return linkName(work, this.temporaryName(), this.#whiteout);
  }
  temporaryName(): string {
    return `#${(++this.#temporary).toString(16)}`;
  }

  override options(): string[] {
    const { redirect, index } = this;
    const xino = this.isSameFs ? 'off' : this.settings.xino;
    return showOptions(this.settings, { redirect, index, uuid: this.#uuid, xino });
  }
  override remount(_data: string, context?: RemountContext): void {
    if (context && !context.readOnly && this.upper === null) throw new SysError('EROFS');
  }
  override usage(): FsUsage {
    const real = this.upper ?? this.lowers[0];
    if (!real) throw new SysError('EIO');
    return { ...real.inode.sb.usage(), magic: overlayMagic };
  }
  override kill(): void {
    const { mounts } = this.kernel.vfs;
    unuse(this.#layers);
    for (const { device } of this.filesystems) this.kernel.releaseDevice(device);
    for (const id of this.#ids) mounts.giveBackId(id);
    for (const { inode } of this.#roots) {
      inode.letGo();
      inode.sb.layerUses--;
      mounts.dropSuper(inode.sb);
    }
  }

  get #roots(): Dentry[] {
    return this.upper ? [this.upper, ...this.lowers] : [...this.lowers];
  }

  /** Each layer takes a mount of its own that nobody sees; each filesystem a device number. */
  #number(): void {
    const { vfs } = this.kernel;
    const first = this.upper?.inode.sb ?? this;
    this.filesystems.push({ sb: first, device: this.kernel.nextDevice(), number: 0 });
    for (const { inode } of this.#roots) {
      this.#ids.push(vfs.mounts.takeId());
      vfs.mounts.holdSuper(inode.sb);
      inode.sb.layerUses++;
      inode.hold();
      if (this.fsOf(inode.sb)) continue;
      this.filesystems.push({ sb: inode.sb, device: this.kernel.nextDevice(), number: this.filesystems.length });
    }
    this.isSameFs = this.filesystems.length - (this.upper ? 0 : 1) <= 1;
    this.numbersAcross = !this.isSameFs && this.settings.xino !== 'off';
  }

  /** Made anew at every mount; what an interrupted one has left is thrown away. */
  #makeWork(base: Dentry): Dentry {
    const old = lookup(base, 'work', null);
    if (old) {
      const incompatible = old.inode.isDirectory ? lookup(old, 'incompat', null) : null;
      if (incompatible && lookup(incompatible, 'volatile', null)) throw new SysError('EINVAL');
      removeTree(old);
    }
    const birth = { ...this.#mounter, mode: S_IFDIR };
    const work = makeDirectory(base, 'work', birth);
    if (this.settings.fsync === 'volatile') {
      const incompatible = makeDirectory(work, 'incompat', birth);
      const directory = makeDirectory(incompatible, 'volatile', birth);
      createName(directory, 'dirty', { ...birth, mode: S_IFREG });
    }
    if (this.index && !lookup(base, 'index', null)) makeDirectory(base, 'index', birth);
    return work;
  }

  /** A new upper directory is given an identity; one that has been used without keeps none. */
  #identify(mayMark: boolean): UuidMode {
    const { uuid } = this.settings;
    if (uuid === 'off' || uuid === 'null') return uuid;
    if (!this.upper) return uuid === 'on' ? 'null' : 'auto';
    const { inode } = this.upper;
    if (!mayMark) return 'null';
    if (this.marks.get(inode, 'uuid')) return uuid;
    if (uuid === 'auto' && this.marks.get(inode, 'impure')) return 'null';
    this.marks.set(inode, 'uuid', this.kernel.random.bytes(16));
    return 'on';
  }
}

function redirectOf({ redirect, userxattr }: OverlayOptions, hasUpper: boolean, mayMark: boolean): RedirectMode {
  if (userxattr || !mayMark || redirect === 'nofollow') return 'nofollow';
  if (!hasUpper) return 'on';
  return redirect === 'on' ? 'on' : 'follow';
}

function depthOf(sb: SuperBlock): number {
  return sb instanceof OverlaySuperBlock ? sb.depth : 0;
}

function removeTree(dentry: Dentry): void {
  if (dentry.inode.isDirectory) {
    for (const { name } of dentry.inode.readdir(null)) {
      const child = lookup(dentry, name, null);
      if (child) removeTree(child);
    }
  }
  removeName(dentry);
}

export function overlayFilesystem(kernel: SimKernel): FilesystemType {
  return { name: 'overlay', userns: true, mount: (request) => new OverlaySuperBlock(kernel, request) };
}
