/** The command line of tree (tree(1), version 2.1.0). */

import { bare } from '../../../kernel/sim';
export interface TreeSettings {
  all: boolean;
  directoriesOnly: boolean;
  followLinks: boolean;
  fullPath: boolean;
  noIndent: boolean;
  oneFilesystem: boolean;
  maxLevel: number;
  patterns: string[];
  ignored: string[];
  ignoreCase: boolean;
  matchDirectories: boolean;
  prune: boolean;
  fileLimit: number;
  classify: boolean;
  quote: boolean;
  raw: boolean;
  questionMarks: boolean;
  permissions: boolean;
  user: boolean;
  group: boolean;
  size: 'none' | 'bytes' | 'human' | 'si';
  diskUsage: boolean;
  date: boolean;
  timeFormat: string | null;
  changeTime: boolean;
  inodes: boolean;
  device: boolean;
  sort: 'name' | 'mtime' | 'ctime' | 'size' | 'version' | 'none';
  reverse: boolean;
  first: 'directories' | 'files' | null;
  report: boolean;
  color: 'auto' | 'always' | 'never';
  charset: 'utf-8' | 'ascii';
  json: boolean;
  output: string | null;
  show: 'version' | 'help' | null;
  paths: string[];
}

/** What tree says before it gives up; `usage`: followed by the usage. */
export class TreeUsageError extends Error {
  constructor(
    message: string,
    readonly usage = false,
  ) {
    super(message);
  }
}

const initial: Omit<TreeSettings, 'patterns' | 'ignored' | 'paths'> = {
  all: false,
  directoriesOnly: false,
  followLinks: false,
  fullPath: false,
  noIndent: false,
  oneFilesystem: false,
  maxLevel: Number.POSITIVE_INFINITY,
  ignoreCase: false,
  matchDirectories: false,
  prune: false,
  fileLimit: Number.POSITIVE_INFINITY,
  classify: false,
  quote: false,
  raw: false,
  questionMarks: false,
  permissions: false,
  user: false,
  group: false,
  size: 'none',
  diskUsage: false,
  date: false,
  timeFormat: null,
  changeTime: false,
  inodes: false,
  device: false,
  sort: 'name',
  reverse: false,
  first: null,
  report: true,
  color: 'auto',
  charset: 'utf-8',
  json: false,
  output: null,
  show: null,
};

type Take = (name: string) => string;
type Action = (settings: TreeSettings, take: Take) => void;

const letters: Readonly<Record<string, Action>> = bare({
  a: (s) => {
    s.all = true;
  },
  d: (s) => {
    s.directoriesOnly = true;
  },
  l: (s) => {
    s.followLinks = true;
  },
  f: (s) => {
    s.fullPath = true;
  },
  i: (s) => {
    s.noIndent = true;
  },
  x: (s) => {
    s.oneFilesystem = true;
  },
  L: (s, take) => {
    const level = take('-L');
    if (!/^\d+$/.test(level) || Number(level) < 1) throw new TreeUsageError('Invalid level, must be greater than 0.');
    s.maxLevel = Number(level);
  },
  P: (s, take) => {
    s.patterns.push(...take('-P').split('|'));
  },
  I: (s, take) => {
    s.ignored.push(...take('-I').split('|'));
  },
  o: (s, take) => {
    s.output = take('-o');
  },
  p: (s) => {
    s.permissions = true;
  },
  u: (s) => {
    s.user = true;
  },
  g: (s) => {
    s.group = true;
  },
  s: (s) => {
    s.size = 'bytes';
  },
  h: (s) => {
    s.size = 'human';
  },
  D: (s) => {
    s.date = true;
  },
  F: (s) => {
    s.classify = true;
  },
  q: (s) => {
    s.questionMarks = true;
  },
  N: (s) => {
    s.raw = true;
  },
  Q: (s) => {
    s.quote = true;
  },
  r: (s) => {
    s.reverse = true;
  },
  t: (s) => {
    s.sort = 'mtime';
  },
  U: (s) => {
    s.sort = 'none';
  },
  v: (s) => {
    s.sort = 'version';
  },
  c: (s) => {
    s.sort = 'ctime';
    s.changeTime = true;
  },
  C: (s) => {
    s.color = 'always';
  },
  n: (s) => {
    s.color = 'never';
  },
  J: (s) => {
    s.json = true;
  },
});

const words: Readonly<Record<string, Action>> = bare({
  noreport: (s) => {
    s.report = false;
  },
  dirsfirst: (s) => {
    s.first = 'directories';
  },
  filesfirst: (s) => {
    s.first = 'files';
  },
  prune: (s) => {
    s.prune = true;
  },
  inodes: (s) => {
    s.inodes = true;
  },
  device: (s) => {
    s.device = true;
  },
  du: (s) => {
    s.diskUsage = true;
    if (s.size === 'none') s.size = 'bytes';
  },
  si: (s) => {
    s.size = 'si';
  },
  'ignore-case': (s) => {
    s.ignoreCase = true;
  },
  matchdirs: (s) => {
    s.matchDirectories = true;
  },
  version: (s) => {
    s.show = 'version';
  },
  help: (s) => {
    s.show = 'help';
  },
  filelimit: (s, take) => {
    s.fileLimit = Number(take('--filelimit'));
  },
  timefmt: (s, take) => {
    s.timeFormat = take('--timefmt');
    s.date = true;
  },
  charset: (s, take) => {
    s.charset = /^utf-?8$/i.test(take('--charset')) ? 'utf-8' : 'ascii';
  },
  sort: (s, take) => {
    const name = take('--sort');
    if (
      name !== 'name' &&
      name !== 'mtime' &&
      name !== 'ctime' &&
      name !== 'size' &&
      name !== 'version' &&
      name !== 'none'
    ) {
      throw new TreeUsageError(`Sort type '${name}' not valid, should be one of: name,version,size,mtime,ctime,none`);
    }
    s.sort = name;
  },
});

export function readSettings(args: readonly string[]): TreeSettings {
  const settings: TreeSettings = { ...initial, patterns: [], ignored: [], paths: [] };
  const rest = [...args];
  for (let arg = rest.shift(); arg !== undefined; arg = rest.shift()) {
    if (arg === '--') {
      settings.paths.push(...rest);
      break;
    }
    if (arg.startsWith('--')) readWord(settings, arg, rest);
    else if (arg.startsWith('-') && arg !== '-') {
      for (const letter of arg.slice(1)) {
        const action = letters[letter];
        if (!action) throw new TreeUsageError(`Invalid argument -\`${letter}'.`, true);
        action(settings, (name) => rest.shift() ?? missing(name));
      }
    } else settings.paths.push(arg);
  }
  return settings;
}

function missing(name: string): never {
  throw new TreeUsageError(`Missing argument to ${name} option.`);
}

function readWord(settings: TreeSettings, arg: string, rest: string[]): void {
  const equals = arg.indexOf('=');
  const action = words[arg.slice(2, equals < 0 ? undefined : equals)];
  if (!action) throw new TreeUsageError(`Invalid argument \`${arg}'.`, true);
  action(settings, (name) => (equals < 0 ? (rest.shift() ?? missing(name)) : arg.slice(equals + 1)));
}
