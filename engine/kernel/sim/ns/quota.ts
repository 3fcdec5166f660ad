/**
 * How many namespaces of each kind a user may have: /proc/sys/user/max_*_namespaces (namespaces(7)). A new namespace
 * counts for its creator, for the owner of the creator's user namespace in the one above, and so on.
 */
import { SysError } from '../abi/errno';
import type { Namespace, UserNamespace } from './namespace';

interface Creator {
  user: UserNamespace;
  uid: number;
}

export class NamespaceQuota {
  readonly #creators = new WeakMap<Namespace, Creator>();

  note(ns: Namespace, user: UserNamespace, uid: number): void {
    this.#creators.set(ns, { user, uid });
  }

  /** ENOSPC. `all`: the namespaces there are. */
  check(kind: Namespace['kind'], user: UserNamespace, uid: number, all: Iterable<Namespace>): void {
    for (const level of levels({ user, uid })) {
      const limit = level.user.limits.get(kind);
      if (limit === undefined) continue;
      let count = 0;
      for (const ns of all) if (ns.kind === kind && this.#countsFor(ns, level)) count++;
      if (count >= limit) throw new SysError('ENOSPC');
    }
  }

  #countsFor(ns: Namespace, { user, uid }: Creator): boolean {
    const creator = this.#creators.get(ns);
    if (!creator) return false;
    for (const level of levels(creator)) if (level.user === user) return level.uid === uid;
    return false;
  }
}

function* levels({ user, uid }: Creator): Generator<Creator, void, void> {
  let at = { user, uid };
  yield at;
  while (at.user.parent) {
    at = { user: at.user.parent, uid: at.user.ownerUid };
    yield at;
  }
}
