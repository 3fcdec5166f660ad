/** The eight kinds of namespaces (namespaces(7)) as objects. What is in one belongs to its kind's own folder. */
import type { NamespaceKind } from '../../../state';
import type { Task } from '../task/task';
import type { Mount } from '../vfs/mount';

export abstract class Namespace {
  abstract readonly kind: NamespaceKind;
  /** Tasks that live in it (for pid and time: whose children are born in it does not count). */
  tasks = 0;

  constructor(
    /** Inode number in nsfs. */
    readonly inum: number,
    /** The user namespace that owns it: capabilities there decide on what may be done here. */
    readonly owner: UserNamespace | null,
  ) {}
}

/** A line of uid_map: `count` ids from `inside` on are the parent namespace's from `outside` on. */
export interface IdRange {
  inside: number;
  outside: number;
  count: number;
}

export class UserNamespace extends Namespace {
  readonly kind = 'user';
  /** Empty until written. The initial namespace maps everything to itself. */
  uidMap: readonly IdRange[] = [];
  gidMap: readonly IdRange[] = [];
  setgroups: 'allow' | 'deny' = 'allow';
  /** How many namespaces of a kind each user may own from here on down, where it was set (/proc/sys/user). */
  readonly limits = new Map<NamespaceKind, number>();
  /** Its creator had CAP_SETFCAP in the parent: root of the parent may be mapped from within (user_namespaces(7)). */
  parentCouldSetfcap = false;
  readonly level: number;

  constructor(
    inum: number,
    readonly parent: UserNamespace | null,
    /** euid of the creator, as the initial namespace numbers it. */
    readonly ownerUid: number,
    readonly ownerGid: number,
  ) {
    super(inum, parent);
    this.level = parent === null ? 0 : parent.level + 1;
  }
}

/** in_userns: the namespace itself, or one below `above`. */
export function isWithin(ns: UserNamespace, above: UserNamespace): boolean {
  let at: UserNamespace | null = ns;
  while (at !== null && at.level > above.level) at = at.parent;
  return at === above;
}

export class UtsNamespace extends Namespace {
  readonly kind = 'uts';
  hostname = '';
  domainname = '(none)';
}

export class PidNamespace extends Namespace {
  readonly kind = 'pid';
  readonly level: number;
  /** Every process with a number here, by that number. */
  readonly members = new Map<number, Task>();
  /** The last number given (`ns_last_pid`). */
  lastPid = 0;
  /** Number 1; null before it is born. */
  init: Task | null = null;
  /** Number 1 has ended: no more processes (ENOMEM). */
  dead = false;

  constructor(
    inum: number,
    owner: UserNamespace | null,
    readonly parent: PidNamespace | null,
  ) {
    super(inum, owner);
    this.level = parent === null ? 0 : parent.level + 1;
  }
}

export class MountNamespace extends Namespace {
  readonly kind = 'mnt';
  root: Mount | null = null;
  readonly mounts = new Set<Mount>();
}

export class TimeNamespace extends Namespace {
  readonly kind = 'time';
  /** Nanoseconds added to the clocks; fixed once a task lives in it. */
  monotonicOffset = 0;
  boottimeOffset = 0;
}
