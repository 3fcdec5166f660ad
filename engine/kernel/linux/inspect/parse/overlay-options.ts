/** The layers in an overlay's mount options (kernel: Documentation/filesystems/overlayfs.rst). */

export interface OverlayOptions {
  /** Topmost first, as typed: a path may be relative to the directory `mount` was called in. */
  lower: string[];
  upper: string | null;
  work: string | null;
  /** `user.overlay.*` attributes are used instead of `trusted.overlay.*`. */
  userXattr: boolean;
}

/** `options` are the super options of mountinfo, octal escapes undone. */
export function parseOverlayOptions(options: string[]): OverlayOptions {
  const result: OverlayOptions = { lower: [], upper: null, work: null, userXattr: false };
  for (const option of options) {
    const equals = option.indexOf('=');
    const name = equals < 0 ? option : option.slice(0, equals);
    const value = equals < 0 ? '' : option.slice(equals + 1);
    if (name === 'lowerdir') result.lower.push(...splitLower(value));
    // One layer an option: the form of fsconfig(2) since Linux 6.5, where nothing is escaped.
    else if (name === 'lowerdir+') result.lower.push(value);
    else if (name === 'upperdir') result.upper = unescapeComma(value);
    else if (name === 'workdir') result.work = unescapeComma(value);
    else if (name === 'userxattr') result.userXattr = true;
  }
  return result;
}

/** Splits at colons; `\:` is a colon in a name, `::` starts the data-only layers, which show no names: left out. */
function splitLower(value: string): string[] {
  const layers: string[] = [];
  let current = '';
  for (let i = 0; i < value.length; i++) {
    const char = value[i] ?? '';
    if (char === '\\' && i + 1 < value.length) {
      i++;
      current += value[i];
    } else if (char === ':') {
      if (value[i + 1] === ':') break;
      layers.push(current);
      current = '';
    } else {
      current += char;
    }
  }
  if (current !== '') layers.push(current);
  return layers;
}

/** mount(8) passes `\,` on to the kernel, which keeps it in what it prints on some versions. */
function unescapeComma(value: string): string {
  return value.replace(/\\([,:\\])/g, '$1');
}
