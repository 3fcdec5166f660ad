/** Mount options of devpts. */
import { SysError } from '../../abi/errno';
import type { Credentials } from '../../task/credentials';
import { idFromText } from '../proc/ids';

export interface DevptsOptions {
  /** Owner of new terminals; null: whoever opens the master. Global ids. */
  uid: number | null;
  gid: number | null;
  mode: number;
  ptmxmode: number;
  max: number;
}

export function parseDevptsOptions(data: string, cred: Credentials | null): DevptsOptions {
  const options: DevptsOptions = { uid: null, gid: null, mode: 0o600, ptmxmode: 0, max: 1 << 20 };
  for (const option of data.split(',')) {
    const [name = '', value] = option.split('=');
    if (name === '' || name === 'newinstance') continue;
    if (value === undefined) throw new SysError('EINVAL');
    if (name === 'uid') options.uid = idFromText(value, 'uid', cred);
    else if (name === 'gid') options.gid = idFromText(value, 'gid', cred);
    else if (name === 'mode') options.mode = number(value, /^[0-7]+$/, 8) & 0o7777;
    else if (name === 'ptmxmode') options.ptmxmode = number(value, /^[0-7]+$/, 8) & 0o7777;
    else if (name === 'max') options.max = atMost(number(value, /^\d+$/, 10), 1 << 20);
    else throw new SysError('EINVAL');
  }
  return options;
}

function number(text: string, form: RegExp, base: number): number {
  if (!form.test(text)) throw new SysError('EINVAL');
  return Number.parseInt(text, base);
}

function atMost(value: number, limit: number): number {
  if (value > limit) throw new SysError('EINVAL');
  return value;
}
