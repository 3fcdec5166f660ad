/** Names of errno values (errno(3)), as this system numbers them. */
import { constants } from 'node:os';

/** Two names of one number: the kernel's sources use these. */
const preferred = ['EAGAIN', 'EOPNOTSUPP', 'EDEADLK'];
/** Numbers Node has no constant for; the same on every architecture that uses the generic errno table. */
const further = { ENOTBLK: 15, EUCLEAN: 117, EDQUOT: 122, ENOMEDIUM: 123, ENOKEY: 126, ESHUTDOWN: 108, EHOSTDOWN: 112 };

const names = new Map<number, string>();
for (const [name, number] of [...Object.entries(constants.errno), ...Object.entries(further)]) {
  if (!names.has(number) || preferred.includes(name)) names.set(number, name);
}

/** `EINVAL` for 22; `errno 200` for a number without a name. */
export function errnoName(errno: number): string {
  return names.get(errno) ?? `errno ${errno}`;
}

const numbers = new Map([...names].map(([number, name]) => [name, number]));

/** The number of an errno's name; throws for a name this system does not know. */
export function errnoNumber(name: string): number {
  const number = numbers.get(name);
  if (number === undefined) throw new Error(`unknown errno ${name}`);
  return number;
}
