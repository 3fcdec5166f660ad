/** LS_COLORS, as far as tree uses it (dir_colors(5)). */
import { S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFMT, S_IFSOCK } from '../../../kernel/sim';

export class LsColors {
  readonly #colors = new Map<string, string>();
  readonly #endings: Array<readonly [ending: string, color: string]> = [];

  constructor(variable: string) {
    for (const item of variable.split(':')) {
      const [key = '', color] = item.split('=');
      if (color === undefined) continue;
      if (key.startsWith('*')) this.#endings.push([key.slice(1), color]);
      else this.#colors.set(key, color);
    }
  }

  /** Null for a name without colour. */
  of(name: string, mode: number, isDangling: boolean): string | null {
    const color = (key: string) => this.#colors.get(key) ?? null;
    switch (mode & S_IFMT) {
      case S_IFDIR:
        if ((mode & 0o1002) === 0o1002 && color('tw')) return color('tw');
        if (mode & 0o2 && color('ow')) return color('ow');
        return mode & 0o1000 && color('st') ? color('st') : color('di');
      case S_IFLNK:
        return isDangling ? (color('or') ?? color('ln')) : color('ln');
      case S_IFIFO:
        return color('pi');
      case S_IFSOCK:
        return color('so');
      case S_IFBLK:
        return color('bd');
      case S_IFCHR:
        return color('cd');
      default:
        if (mode & 0o4000 && color('su')) return color('su');
        if (mode & 0o2000 && color('sg')) return color('sg');
        if (mode & 0o111 && color('ex')) return color('ex');
        return this.#endings.findLast(([ending]) => name.endsWith(ending))?.[1] ?? color('fi');
    }
  }
}
