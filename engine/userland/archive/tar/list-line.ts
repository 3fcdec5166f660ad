/** One line of `tar -tv`. */
import { formatPaxTime, type OwnerNames, type TarEntry } from '../../../archive';
import { permissionString } from '../../lib/mode';
import { calendar, strftime } from '../../lib/time';
import { zoneAt } from '../../lib/zone';

const letters = { file: '-', link: 'h', symlink: 'l', char: 'c', block: 'b', directory: 'd', fifo: 'p' } as const;

export interface LineStyle {
  areOwnersNumbers: boolean;
  hasSeconds: boolean;
  /** TZ; undefined: UTC. */
  zone: string | undefined;
  shown(name: string): string;
}

/** Owner and size share columns, which grow when they must. */
export class ListLines {
  #width = 19;

  constructor(private readonly style: LineStyle) {}

  line(entry: TarEntry, names: OwnerNames): string {
    const { areOwnersNumbers, shown } = this.style;
    const user = areOwnersNumbers || names.user === '' ? String(entry.uid) : names.user;
    const group = areOwnersNumbers || names.group === '' ? String(entry.gid) : names.group;
    const size = entry.device === null ? String(entry.size) : entry.device.replace(':', ',');
    this.#width = Math.max(this.#width, user.length + group.length + size.length + 2);
    const room = this.#width - user.length - group.length - 2;
    const mode = letters[entry.type] + permissionString(entry.mode);
    const link = { link: ` link to ${shown(entry.target)}`, symlink: ` -> ${shown(entry.target)}` };
    const tail = entry.type === 'link' || entry.type === 'symlink' ? link[entry.type] : '';
    return `${mode} ${user}/${group} ${size.padStart(room)} ${this.#time(entry.mtimeNs)} ${shown(entry.path)}${tail}`;
  }

  #time(ns: bigint): string {
    const seconds = Number(ns / 1_000_000_000n);
    const { offset } = zoneAt(this.style.zone, seconds);
    const time = calendar(seconds + offset);
    if (!this.style.hasSeconds) return strftime('%Y-%m-%d %H:%M', time);
    const [, fraction = ''] = formatPaxTime(ns).split('.');
    return `${strftime('%Y-%m-%d %H:%M:%S', time)}${fraction === '' ? '' : `.${fraction}`}`;
  }
}
