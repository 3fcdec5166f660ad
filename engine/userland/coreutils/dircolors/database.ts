/** The colours dircolors has built in (dircolors -p): terminals that know them, kinds of files, endings. */
import { matchesPattern } from '../../lib/glob';

export const terminals: readonly string[] = [
  ...['Eterm', 'ansi', '*color*', 'con[0-9]*x[0-9]*', 'cons25', 'console', 'cygwin', '*direct*', 'dtterm', 'gnome'],
  ...['hurd', 'jfbterm', 'konsole', 'kterm', 'linux', 'linux-c', 'mlterm', 'putty', 'rxvt*', 'screen*', 'st'],
  ...['terminator', 'tmux*', 'vt100', 'xterm*'],
];

/** Keyword, key in LS_COLORS, sequence. */
export const kinds: ReadonlyArray<readonly [keyword: string, key: string, sequence: string]> = [
  ['RESET', 'rs', '0'],
  ['DIR', 'di', '01;34'],
  ['LINK', 'ln', '01;36'],
  ['MULTIHARDLINK', 'mh', '00'],
  ['FIFO', 'pi', '40;33'],
  ['SOCK', 'so', '01;35'],
  ['DOOR', 'do', '01;35'],
  ['BLK', 'bd', '40;33;01'],
  ['CHR', 'cd', '40;33;01'],
  ['ORPHAN', 'or', '40;31;01'],
  ['MISSING', 'mi', '00'],
  ['SETUID', 'su', '37;41'],
  ['SETGID', 'sg', '30;43'],
  ['CAPABILITY', 'ca', '00'],
  ['STICKY_OTHER_WRITABLE', 'tw', '30;42'],
  ['OTHER_WRITABLE', 'ow', '34;42'],
  ['STICKY', 'st', '37;44'],
  ['EXEC', 'ex', '01;32'],
];

/** Further keywords of a file of one's own. */
export const otherKeywords: Readonly<Record<string, string>> = {
  NORMAL: 'no',
  NORM: 'no',
  FILE: 'fi',
  LNK: 'ln',
  SYMLINK: 'ln',
  PIPE: 'pi',
  BLOCK: 'bd',
  CHAR: 'cd',
  LEFTCODE: 'lc',
  LEFT: 'lc',
  RIGHTCODE: 'rc',
  RIGHT: 'rc',
  ENDCODE: 'ec',
  END: 'ec',
  SUID: 'su',
  SGID: 'sg',
  OWR: 'ow',
  OWT: 'tw',
  CLRTOEOL: 'cl',
};

const archives =
  'tar tgz arc arj taz lha lz4 lzh lzma tlz txz tzo t7z zip z dz gz lrz lz lzo xz zst tzst bz2 bz tbz tbz2 tz deb rpm jar war ear sar rar alz ace zoo cpio 7z rz cab wim swm dwm esd';
const pictures =
  'avif jpg jpeg mjpg mjpeg gif bmp pbm pgm ppm tga xbm xpm tif tiff png svg svgz mng pcx mov mpg mpeg m2v mkv webm webp ogm mp4 m4v mp4v vob qt nuv wmv asf rm rmvb flc avi fli flv gl dl xcf xwd yuv cgm emf ogv ogx';
const sounds = 'aac au flac m4a mid midi mka mp3 mpc ogg ra wav oga opus spx xspf';
const leftovers = 'bak old orig part rej swp tmp dpkg-dist dpkg-old ucf-dist ucf-new ucf-old rpmnew rpmorig rpmsave';

const endingsOf = (names: string, sequence: string) => names.split(' ').map((name) => [`.${name}`, sequence] as const);

export const endings: ReadonlyArray<readonly [ending: string, sequence: string]> = [
  ...endingsOf(archives, '01;31'),
  ...endingsOf(pictures, '01;35'),
  ...endingsOf(sounds, '00;36'),
  ['*~', '00;90'],
  ['*#', '00;90'],
  ...endingsOf(leftovers, '00;90'),
];

export function isKnownTerminal(name: string): boolean {
  return terminals.some((pattern) => matchesPattern(pattern, name));
}
