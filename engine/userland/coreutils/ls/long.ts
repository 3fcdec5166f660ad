/** The lines of ls -l: columns as wide as their widest entry. */
import { S_IFBLK, S_IFCHR, S_IFMT } from '../../../kernel/sim';
import { formatSize } from '../../lib/human';
import { modeString, typeLetter } from '../../lib/mode';
import type { Accounts } from '../../lib/users';
import { textWidth } from '../../lib/width';
import type { Entry } from './entry';
import type { LsSettings } from './settings';
import { timeOf } from './sort';
import { formatTime } from './time-format';

interface Row {
  inode: string;
  blocks: string;
  mode: string;
  links: string;
  owner: string;
  group: string;
  author: string;
  size: string;
  /** Of a device, else empty. */
  major: string;
  minor: string;
  time: string;
}

export class LongFormat {
  constructor(
    private readonly settings: LsSettings,
    private readonly accounts: Accounts,
    private readonly now: number,
  ) {}

  /** What stands before each name. */
  prefixes(entries: readonly Entry[]): string[] {
    const rows = entries.map((entry) => this.#row(entry));
    const width = (key: keyof Row) => Math.max(0, ...rows.map((row) => textWidth(row[key])));
    const [inode, blocks, links] = [width('inode'), width('blocks'), width('links')];
    const [owner, group, author] = [width('owner'), width('group'), width('author')];
    const [major, minor, time] = [width('major'), width('minor'), width('time')];
    const hasDevices = major > 0;
    const size = Math.max(width('size'), hasDevices ? major + 2 + minor : 0);
    const hasAcl = entries.some((entry) => entry.hasAcl);
    const { settings } = this;
    return rows.map((row) => {
      const parts: string[] = [];
      if (settings.inode) parts.push(row.inode.padStart(inode));
      if (settings.blocks) parts.push(row.blocks.padStart(blocks));
      parts.push(hasAcl ? row.mode.padEnd(11) : row.mode, row.links.padStart(links));
      if (settings.owner) parts.push(this.#name(row.owner, owner));
      if (settings.group) parts.push(this.#name(row.group, group));
      if (settings.author) parts.push(this.#name(row.author, author));
      if (settings.context) parts.push('?');
      const device = `${row.major.padStart(Math.max(major, size - 2 - minor))}, ${row.minor.padStart(minor)}`;
      parts.push(row.major === '' ? row.size.padStart(size) : device, row.time.padEnd(time));
      return `${parts.join(' ')} `;
    });
  }

  /** Numbers stand on the right, names on the left. */
  #name(text: string, width: number): string {
    if (this.settings.numeric || text === '?') return text.padStart(width);
    return text + ' '.repeat(width - textWidth(text));
  }

  #row(entry: Entry): Row {
    const { stat } = entry;
    const inode = entry.hasFailed || entry.ino === 0 ? '?' : String(entry.ino);
    if (stat === null) return unknownRow(entry, inode);
    const { settings } = this;
    const isDevice = [S_IFCHR, S_IFBLK].includes(stat.mode & S_IFMT);
    return {
      inode,
      blocks: settings.blocks ? formatSize(stat.blocks * 512, settings.blockFormat) : '',
      mode: modeString(stat.mode) + (entry.hasAcl ? '+' : ''),
      links: String(stat.nlink),
      owner: this.#user(stat.uid),
      group: settings.numeric ? String(stat.gid) : this.accounts.groupName(stat.gid),
      author: this.#user(stat.uid),
      size: isDevice ? '' : formatSize(stat.size, settings.sizeFormat),
      major: isDevice ? String(stat.rdev.major) : '',
      minor: isDevice ? String(stat.rdev.minor) : '',
      time: formatTime(settings.timeFormat, timeOf(entry, settings.time), this.now),
    };
  }

  #user(uid: number): string {
    return this.settings.numeric ? String(uid) : this.accounts.userName(uid);
  }
}

function unknownRow(entry: Entry, inode: string): Row {
  const type = typeLetter(entry.mode);
  const unknown = { links: '?', owner: '?', group: '?', author: '?', size: '?', major: '', minor: '' };
  return { ...unknown, inode, blocks: '?', mode: `${type}?????????`, time: '           ?' };
}
