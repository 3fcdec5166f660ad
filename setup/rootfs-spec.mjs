/** What a Machine's root filesystem is made of. Its name is a hash of all of this, so a change gives a new tree. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Raise it when the way the tree is put together changes (`rootfs.mjs`). */
const recipe = 1;

export const suite = 'bookworm';

/** Debian packages, by what a learner does with them. */
export const packages = [
  // the shell and everyday files
  ['bash', 'bash-completion', 'coreutils', 'ncurses-base', 'less', 'tree', 'file', 'bc', 'jq', 'xxd'],
  // editors
  ['nano', 'vim-tiny'],
  // namespaces, mounts, processes
  [
    'util-linux',
    'util-linux-extra',
    'bsdextrautils',
    'mount',
    'procps',
    'psmisc',
    'strace',
    'lsof',
    'tini',
    'uuid-runtime',
  ],
  // users and capabilities
  ['sudo', 'passwd', 'uidmap', 'libcap2-bin', 'attr', 'acl'],
  // networks
  ['iproute2', 'iputils-ping', 'iputils-tracepath', 'nftables', 'iptables', 'tcpdump'],
  ['curl', 'netcat-openbsd', 'socat', 'netbase', 'libnss-myhostname'],
  // something to run: scripts, and a static binary for small roots of one's own
  ['python3', 'busybox-static'],
  // man pages
  ['man-db', 'manpages', 'manpages-dev'],
].flat();

/** Files no learner reads; man pages in English stay. */
export const leftOut = [
  'path-exclude=/usr/share/locale/*',
  'path-exclude=/usr/share/info/*',
  'path-exclude=/usr/share/doc/*',
  'path-include=/usr/share/doc/*/copyright',
  'path-exclude=/usr/share/man/??/*',
  'path-exclude=/usr/share/man/??_*/*',
];

/** Our own files, laid over Debian's. */
export const overlayDirectory = fileURLToPath(new URL('rootfs/', import.meta.url));

/** Modes of overlay files where they are not 0644. */
export const overlayModes = new Map([['etc/sudoers.d/learner', 0o440]]);

/** Paths of the overlay files, relative to the root, in byte order. */
export function overlayFiles() {
  return readdirSync(overlayDirectory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      relative(overlayDirectory, join(entry.parentPath ?? entry.path, entry.name))
        .split(sep)
        .join('/'),
    )
    .sort();
}

/** Name of the tree's directory, for example `bookworm-x64-0a1b2c3d4e5f`. */
export function rootfsName(arch = process.arch) {
  const hash = createHash('sha256');
  hash.update(JSON.stringify([recipe, suite, arch, packages, leftOut]));
  for (const path of overlayFiles()) {
    hash.update(JSON.stringify([path, overlayModes.get(path) ?? 0o644]));
    hash.update(readFileSync(join(overlayDirectory, path)));
  }
  return `${suite}-${arch}-${hash.digest('hex').slice(0, 12)}`;
}
