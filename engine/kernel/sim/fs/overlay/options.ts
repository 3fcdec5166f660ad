/** Mount options of overlayfs (kernel: Documentation/filesystems/overlayfs.rst), and how they are shown. */
import { SysError } from '../../abi/errno';
import { escapeText } from '../../vfs/mountinfo';

export type RedirectMode = 'on' | 'off' | 'follow' | 'nofollow';
export type UuidMode = 'auto' | 'on' | 'off' | 'null';

export interface OverlayOptions {
  /** As it was written. */
  lowerText: string;
  lowers: string[];
  /** Layers that only data is taken from: how many of the last ones. */
  dataLayers: number;
  upper: string | null;
  work: string | null;
  redirect: RedirectMode | null;
  index: boolean | null;
  uuid: UuidMode;
  nfsExport: boolean;
  xino: 'on' | 'off' | 'auto';
  metacopy: boolean | null;
  fsync: 'auto' | 'strict' | 'volatile';
  userxattr: boolean;
  defaultPermissions: boolean;
  verity: 'off' | 'on' | 'require';
}

const maxLayers = 500;

/** EINVAL. */
export function parseOverlayOptions(data: string): OverlayOptions {
  const options: OverlayOptions = {
    lowerText: '',
    lowers: [],
    dataLayers: 0,
    upper: null,
    work: null,
    redirect: null,
    index: null,
    uuid: 'auto',
    nfsExport: false,
    xino: 'off',
    metacopy: null,
    fsync: 'auto',
    userxattr: false,
    defaultPermissions: false,
    verity: 'off',
  };
  for (const option of splitEscaped(data, ',')) if (option !== '') apply(options, option);
  check(options);
  return options;
}

function apply(options: OverlayOptions, option: string): void {
  const at = option.indexOf('=');
  const [name, value] = at < 0 ? [option, null] : [option.slice(0, at), option.slice(at + 1)];
  if (value === null) return applyFlag(options, name);
  switch (name) {
    case 'lowerdir':
      return setLowers(options, value);
    case 'upperdir':
      options.upper = pathOf(value);
      return;
    case 'workdir':
      options.work = pathOf(value);
      return;
    case 'redirect_dir':
      options.redirect = oneOf(value, ['on', 'off', 'follow', 'nofollow']);
      return;
    case 'index':
      options.index = isOn(value);
      return;
    case 'uuid':
      options.uuid = oneOf(value, ['auto', 'on', 'off', 'null']);
      return;
    case 'nfs_export':
      options.nfsExport = isOn(value);
      return;
    case 'xino':
      options.xino = oneOf(value, ['on', 'off', 'auto']);
      return;
    case 'metacopy':
      // Files without their data would have to be understood everywhere.
      if (isOn(value)) throw new SysError('EINVAL');
      options.metacopy = false;
      return;
    case 'fsync':
      options.fsync = oneOf(value, ['auto', 'strict', 'volatile']);
      return;
    case 'verity':
      options.verity = oneOf(value, ['off', 'on', 'require']);
      return;
    default:
      throw new SysError('EINVAL');
  }
}

function applyFlag(options: OverlayOptions, name: string): void {
  if (name === 'userxattr') options.userxattr = true;
  else if (name === 'volatile') options.fsync = 'volatile';
  else if (name === 'default_permissions') options.defaultPermissions = true;
  else if (name !== 'override_creds' && name !== 'nooverride_creds') throw new SysError('EINVAL');
}

/** `:` parts layers, `::` those that only data is taken from; `\:` is a colon in a name. */
function setLowers(options: OverlayOptions, value: string): void {
  const parts = splitEscaped(value, ':');
  if (parts.length > maxLayers) throw new SysError('EINVAL');
  const lowers: string[] = [];
  let dataLayers = 0;
  let isData = false;
  parts.forEach((part, at) => {
    if (part === '') {
      if (at === 0 || at === parts.length - 1 || parts[at - 1] === '') throw new SysError('EINVAL');
      isData = true;
      return;
    }
    lowers.push(unescaped(part));
    if (isData) dataLayers++;
  });
  options.lowerText = value;
  options.lowers = lowers;
  options.dataLayers = dataLayers;
}

function pathOf(value: string): string {
  if (value === '') throw new SysError('EINVAL');
  return unescaped(value);
}

function check(options: OverlayOptions): void {
  const { userxattr, redirect, metacopy } = options;
  if (userxattr && ((redirect !== null && redirect !== 'off' && redirect !== 'nofollow') || metacopy === true)) {
    throw new SysError('EINVAL');
  }
}

function splitEscaped(text: string, separator: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === '\\' && at + 1 < text.length) {
      part += char + text.charAt(++at);
    } else if (char === separator) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  parts.push(part);
  return parts;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, '$1');
}

function oneOf<const T extends string>(value: string, known: readonly T[]): T {
  for (const one of known) if (one === value) return one;
  throw new SysError('EINVAL');
}

function isOn(value: string): boolean {
  return oneOf(value, ['on', 'off']) === 'on';
}

/** What came of the options, in the order Linux shows it. */
export interface ShownOptions {
  redirect: RedirectMode;
  index: boolean;
  uuid: UuidMode;
  /** Shown only where layers lie on several filesystems. */
  xino: 'on' | 'off' | 'auto';
}

export function showOptions(options: OverlayOptions, { redirect, index, uuid, xino }: ShownOptions): string[] {
  const text = (value: string) => escapeText(value, ',');
  const shown = [`lowerdir=${text(options.lowerText)}`];
  if (options.upper !== null) shown.push(`upperdir=${text(options.upper)}`, `workdir=${text(options.work ?? '')}`);
  if (options.defaultPermissions) shown.push('default_permissions');
  if (redirect === 'on' || redirect === 'nofollow') shown.push(`redirect_dir=${redirect}`);
  if (index) shown.push('index=on');
  if (uuid !== 'auto') shown.push(`uuid=${uuid}`);
  if (options.nfsExport && index) shown.push('nfs_export=on');
  if (xino !== 'off') shown.push(`xino=${xino}`);
  if (options.fsync !== 'auto') shown.push(`fsync=${options.fsync}`);
  if (options.userxattr) shown.push('userxattr');
  if (options.verity !== 'off') shown.push(`verity=${options.verity}`);
  return shown;
}
