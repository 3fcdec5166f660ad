/** Mount options of tmpfs (tmpfs(5)). */
import { SysError } from '../../abi/errno';
import { toKernelId } from '../../ns/id-map';
import type { UserNamespace } from '../../ns/namespace';
import { pageBytes } from './blocks';

export interface TmpfsOptions {
  /** In pages; null: as much as the default. 0: no limit. */
  blocks: number | null;
  inodes: number | null;
  mode: number | null;
  uid: number | null;
  gid: number | null;
}

const suffixes = new Map([
  ['k', 1024],
  ['m', 1024 ** 2],
  ['g', 1024 ** 3],
  ['t', 1024 ** 4],
  ['p', 1024 ** 5],
  ['e', 1024 ** 6],
]);

/** EINVAL. Percentages are of `memoryBytes`. */
export function parseTmpfsOptions(data: string, userns: UserNamespace, memoryBytes: number): TmpfsOptions {
  const options: TmpfsOptions = { blocks: null, inodes: null, mode: null, uid: null, gid: null };
  for (const option of data.split(',')) {
    if (option === '') continue;
    const at = option.indexOf('=');
    if (at < 0) {
      // Understood, and without a meaning here: there is no swap.
      if (option === 'inode32' || option === 'inode64' || option === 'noswap') continue;
      throw new SysError('EINVAL');
    }
    apply(options, option.slice(0, at), option.slice(at + 1), userns, memoryBytes);
  }
  return options;
}

function apply(options: TmpfsOptions, name: string, value: string, userns: UserNamespace, memoryBytes: number): void {
  switch (name) {
    case 'size':
      options.blocks = Math.ceil(sizeOf(value, memoryBytes) / pageBytes);
      return;
    case 'nr_blocks':
      options.blocks = amount(value);
      return;
    case 'nr_inodes':
      options.inodes = amount(value);
      return;
    case 'mode':
      options.mode = number(value, /^[0-7]+$/, 8) & 0o7777;
      return;
    case 'uid':
    case 'gid':
      options[name] = idOf(value, name, userns);
      return;
    case 'huge':
      if (value !== 'never') throw new SysError('EINVAL');
      return;
    default:
      throw new SysError('EINVAL');
  }
}

function sizeOf(value: string, memoryBytes: number): number {
  return value.endsWith('%') ? (number(value.slice(0, -1), /^\d+$/, 10) * memoryBytes) / 100 : amount(value);
}

function amount(value: string): number {
  const unit = suffixes.get(value.slice(-1).toLowerCase());
  const digits = unit === undefined ? value : value.slice(0, -1);
  return number(digits, /^\d+$/, 10) * (unit ?? 1);
}

function number(text: string, form: RegExp, base: number): number {
  if (!form.test(text)) throw new SysError('EINVAL');
  return Number.parseInt(text, base);
}

function idOf(text: string, kind: 'uid' | 'gid', userns: UserNamespace): number {
  const id = toKernelId(userns, kind, number(text, /^\d+$/, 10));
  if (id === null) throw new SysError('EINVAL');
  return id;
}
