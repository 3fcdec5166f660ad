/** The learner's containers and networks, and how the lesson finds them. */
import type { Picker } from '../vars';

/** A type, not an interface: only a type is assignable to `Vars`. */
export type Names = {
  /** Two networks, and the first three numbers of their addresses. */
  front: string;
  back: string;
  frontNet: string;
  backNet: string;
  /** Containers: two in front, one in back, one in neither. */
  one: string;
  two: string;
  other: string;
  idle: string;
  /** What the page of the nameless container says. */
  word: string;
};

export function pickNames(pick: Picker): Names {
  const [one = 'web', two = 'api', other = 'store', idle = 'mail'] = pick.some(
    ['web', 'api', 'store', 'mail', 'cache', 'queue', 'search'],
    4,
  );
  const [front = 'shop', back = 'vault'] = pick.some(['shop', 'vault', 'office', 'depot', 'counter'], 2);
  const net = pick.int(10, 200);
  return {
    front,
    back,
    frontNet: `10.${net}.1`,
    backNet: `10.${net}.2`,
    one,
    two,
    other,
    idle,
    word: `${pick.of(['otter', 'marten', 'badger', 'dormouse'])}-${pick.int(100, 999)}`,
  };
}
