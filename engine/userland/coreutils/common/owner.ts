/** `USER[:GROUP]` of chown, chroot and install. */
import type { Accounts } from '../../lib/users';

export interface Owner {
  /** -1: as it is. */
  uid: number;
  gid: number;
}

/** A text says what is wrong: `invalid user`, `invalid group`, `invalid spec`. */
export function ownerOf(accounts: Accounts, spec: string): Owner | string {
  const colon = spec.indexOf(':');
  const whole = colon < 0 ? parse(accounts, spec, null) : parse(accounts, spec.slice(0, colon), spec.slice(colon + 1));
  const dot = spec.indexOf('.');
  if (typeof whole !== 'string' || colon >= 0 || dot < 0) return whole;
  // The old way to write it; the message is about the new one.
  const old = parse(accounts, spec.slice(0, dot), spec.slice(dot + 1));
  return typeof old === 'string' ? whole : old;
}

/** `user.group`, which means what it says only where there is no user of that name. */
export function isOldStyle(accounts: Accounts, spec: string): boolean {
  return (
    !spec.includes(':') &&
    spec.includes('.') &&
    typeof parse(accounts, spec, null) === 'string' &&
    typeof ownerOf(accounts, spec) !== 'string'
  );
}

function parse(accounts: Accounts, user: string, group: string | null): Owner | string {
  const entry = /^\+/.test(user) ? null : accounts.user(user);
  const uid = user === '' ? -1 : (entry?.uid ?? numeric(user));
  if (uid === null) return 'invalid user';
  if (group === null) return { uid, gid: -1 };
  if (group === '') {
    if (user === '') return { uid: -1, gid: -1 };
    return entry === null ? 'invalid spec' : { uid, gid: entry.gid };
  }
  const gid = groupOf(accounts, group);
  return gid === null ? 'invalid group' : { uid, gid };
}

export function groupOf(accounts: Accounts, name: string): number | null {
  const entry = name.startsWith('+') ? null : accounts.group(name);
  return entry?.gid ?? numeric(name);
}

function numeric(text: string): number | null {
  return /^\+?\d+$/.test(text) && Number(text) < 0xffffffff ? Number(text) : null;
}
