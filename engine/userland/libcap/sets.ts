/** Sets of capabilities, and their text form (cap_text_formats(7)): `=ep cap_sys_time-ep`, `cap_net_raw=eip`. */
import { allCapabilities, type CapabilityMask, capabilityNames } from '../../kernel/sim';

export interface CapabilitySets {
  effective: CapabilityMask;
  permitted: CapabilityMask;
  inheritable: CapabilityMask;
}

export const noCapabilities: CapabilitySets = { effective: 0n, permitted: 0n, inheritable: 0n };

const [E, P, I] = [1, 2, 4];

export function bit(number: number): CapabilityMask {
  return 1n << BigInt(number);
}

export function nameOf(number: number): string {
  const name = capabilityNames[number];
  return name === undefined ? String(number) : `cap_${name}`;
}

/** `cap_chown`, or a number; null when there is no such capability. */
export function numberOf(text: string): number | null {
  if (/^\d+$/.test(text)) return Number(text) < 64 ? Number(text) : null;
  const at = capabilityNames.findIndex((name) => `cap_${name}` === text.toLowerCase());
  return at < 0 ? null : at;
}

/** Names with commas between. */
export function namesIn(mask: CapabilityMask, count = 64): string {
  const names: string[] = [];
  for (let number = 0; number < count; number++) if (mask & bit(number)) names.push(nameOf(number));
  return names.join(',');
}

function flagsOf(sets: CapabilitySets, number: number): number {
  const has = (mask: CapabilityMask) => (mask & bit(number)) !== 0n;
  return (has(sets.effective) ? E : 0) | (has(sets.permitted) ? P : 0) | (has(sets.inheritable) ? I : 0);
}

const letters = (flags: number) => `${flags & E ? 'e' : ''}${flags & I ? 'i' : ''}${flags & P ? 'p' : ''}`;

/** What most have in common comes first, then what is different. */
export function toText(sets: CapabilitySets): string {
  const groups: number[][] = Array.from({ length: 8 }, () => []);
  for (let number = 0; number < capabilityNames.length; number++) groups[flagsOf(sets, number)]?.push(number);
  const size = (flags: number) => groups[flags]?.length ?? 0;
  let common = 7;
  for (let flags = 6; flags >= 0; flags--) if (size(flags) >= size(common)) common = flags;
  let text = `=${letters(common)}`;
  for (let flags = 7; flags >= 0; flags--) {
    if (flags === common || size(flags) === 0) continue;
    const names = (groups[flags] ?? []).map(nameOf).join(',');
    const [more, less] = [flags & ~common, common & ~flags];
    const isFirst = text === '=';
    if (isFirst && more) text = `${names}=${letters(more)}`;
    else text += ` ${names}${more ? `+${letters(more)}` : ''}${less ? `-${letters(less)}` : ''}`;
  }
  return text;
}

/** Null when it cannot be understood. */
export function fromText(text: string): CapabilitySets | null {
  const sets = { ...noCapabilities };
  for (const clause of text.trim().split(/\s+/)) {
    if (clause === '') continue;
    const match = /^([A-Za-z0-9_,]*)((?:[=+-][eip]*)+)$/.exec(clause);
    const who = match ? maskOf(match[1] ?? '', (match[2] ?? '').startsWith('=')) : null;
    if (!match || who === null) return null;
    for (const [, operator = '', flags = ''] of (match[2] ?? '').matchAll(/([=+-])([eip]*)/g)) {
      apply(sets, who, operator, flags);
    }
  }
  return sets;
}

/** Nobody named is everybody, but only with `=`. */
function maskOf(list: string, isAssignment: boolean): CapabilityMask | null {
  if (list === '') return isAssignment ? allCapabilities : null;
  let mask = 0n;
  for (const name of list.split(',')) {
    if (name.toLowerCase() === 'all') mask |= allCapabilities;
    else {
      const number = numberOf(name);
      if (number === null) return null;
      mask |= bit(number);
    }
  }
  return mask;
}

function apply(sets: CapabilitySets, who: CapabilityMask, operator: string, flags: string): void {
  for (const [letter, name] of [
    ['e', 'effective'],
    ['p', 'permitted'],
    ['i', 'inheritable'],
  ] as const) {
    const chosen = flags.includes(letter);
    if (operator === '=') sets[name] = chosen ? sets[name] | who : sets[name] & ~who;
    else if (chosen) sets[name] = operator === '+' ? sets[name] | who : sets[name] & ~who;
  }
}

export interface Iab {
  inheritable: CapabilityMask;
  ambient: CapabilityMask;
  /** What the bounding set lacks. */
  blocked: CapabilityMask;
}

/** `^cap_net_raw,!cap_chown` */
export function iabText({ inheritable, ambient, blocked }: Iab): string {
  const parts: string[] = [];
  for (let number = 0; number < capabilityNames.length; number++) {
    const mask = bit(number);
    const [isInheritable, isAmbient, isBlocked] = [inheritable & mask, ambient & mask, blocked & mask];
    if (!isInheritable && !isAmbient && !isBlocked) continue;
    const mark = isAmbient ? '^' : isBlocked && isInheritable ? '%' : '';
    parts.push(`${isBlocked ? '!' : ''}${mark}${nameOf(number)}`);
  }
  return parts.join(',');
}

export function iabFromText(text: string): Iab | null {
  const iab = { inheritable: 0n, ambient: 0n, blocked: 0n };
  for (const item of text.split(',')) {
    if (item === '') continue;
    const [, marks = '', name = ''] = /^([!^%]*)(.*)$/.exec(item) ?? [];
    const number = numberOf(name);
    if (number === null) return null;
    if (marks.includes('!')) iab.blocked |= bit(number);
    if (marks.includes('^')) iab.ambient |= bit(number);
    if (marks.includes('^') || marks.includes('%') || marks === '') iab.inheritable |= bit(number);
  }
  return iab;
}
