/**
 * Builds the root filesystem of the Machines: a small Debian with our few files laid over it. Needs root and Debian's
 * `mmdebstrap`. By hand: `node setup/rootfs.mjs` prints the path of the tree when it is there.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { chmod, chown } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { isBuilt, rootfsPath } from './paths.mjs';
import { run, tail, which } from './process.mjs';
import { explain, step } from './report.mjs';
import { leftOut, overlayDirectory, overlayFiles, overlayModes, packages, suite } from './rootfs-spec.mjs';

/** A tree takes about 230 MB; the packages on their way in take as much again. */
const neededBytes = 600 * 1024 * 1024;

/** From the package debian-archive-keyring. */
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** A failure a person can act on: `message` says what went wrong, `advice` what to do about it. */
export class SetupError extends Error {
  constructor(message, advice) {
    super(message);
    this.advice = advice;
  }
}

/** Why the tree cannot be built on this machine, or undefined. */
export function cannotBuild() {
  if (process.platform !== 'linux')
    return new SetupError('this is not Linux', 'Use a Linux machine or a virtual machine.');
  if (process.getuid?.() !== 0) {
    return new SetupError(
      'only root can make one',
      'Labs need root: start with "sudo npm start", or as root in a virtual machine.',
    );
  }
  if (!which('mmdebstrap')) {
    return new SetupError('mmdebstrap is not installed', 'Install it: apt-get install mmdebstrap (Debian, Ubuntu).');
  }
  return undefined;
}

/** Builds the tree unless it is there. Safe to call from several processes at once; throws a `SetupError`. */
export async function ensureRootfs({ mirror = process.env.UNDERLAY_MIRROR, progress } = {}) {
  const path = rootfsPath();
  if (isBuilt()) return path;
  const obstacle = cannotBuild();
  if (obstacle) throw obstacle;
  const parent = dirname(path);
  mkdirSync(parent, { recursive: true });
  const waiting = () => progress?.('another process builds it, waiting');
  return withLock(join(parent, '.lock'), waiting, async () => {
    if (isBuilt()) return path;
    removeLeftovers(parent);
    checkSpace(parent);
    const building = join(parent, `.building-${process.pid}-${basename(path)}`);
    try {
      await debian(building, mirror, progress);
      progress?.('adding our files and the user "learner"');
      await overlay(building);
      await addLearner(building);
      renameSync(building, path);
    } catch (error) {
      rmSync(building, { recursive: true, force: true });
      throw error;
    }
    return path;
  });
}

/** Trees that a process began and did not finish. Whoever holds the lock is the only builder. */
function removeLeftovers(parent) {
  for (const name of readdirSync(parent)) {
    if (name.startsWith('.building-')) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

function checkSpace(parent) {
  const { bavail, bsize } = statfsSync(parent);
  if (bavail * bsize >= neededBytes) return;
  throw new SetupError(
    `${parent} has ${Math.floor((bavail * bsize) / 1048576)} MB free, ${neededBytes / 1048576} MB are needed`,
    'Free some space, or set UNDERLAY_CACHE to a directory with more.',
  );
}

async function debian(target, mirror, progress) {
  // If this process dies, so does mmdebstrap, which then removes what it has mounted and made.
  const args = ['--pdeathsig', 'TERM', 'mmdebstrap', '--mode=root', '--format=directory', '--variant=essential'];
  // Named, or mmdebstrap asks gpg for it, which a small Debian does not have.
  if (existsSync(keyring)) args.push(`--keyring=${keyring}`);
  args.push(`--include=${packages.join(',')}`, ...leftOut.map((option) => `--dpkgopt=${option}`));
  args.push(suite, target);
  if (mirror) args.push(mirror);
  const onLine = (line) => {
    const stage = /^I: (?!automatically|finding|chroot|success)(.*)/.exec(line)?.[1];
    if (stage) progress?.(stage.replace(/\.\.\.$/, ''));
  };
  const env = { ...process.env, LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' };
  const { code, output } = await run('setpriv', args, { env, onLine });
  if (code !== 0) throw new SetupError(`mmdebstrap ended with ${code}:\n${tail(output)}`, adviceFor(output));
}

/** What to do about a failure of mmdebstrap, guessed from what it printed. */
export function adviceFor(output) {
  if (/Temporary failure resolving|Could not resolve|Could not connect|Connection (timed out|refused)/.test(output)) {
    return 'The package mirror cannot be reached. Check the network (a proxy goes into http_proxy), or name another mirror in UNDERLAY_MIRROR, then start again.';
  }
  if (/No space left on device/.test(output)) {
    return 'The disk is full. Free some space, or set UNDERLAY_CACHE to a directory with more.';
  }
  if (/NO_PUBKEY|not signed|signatures couldn't be verified/.test(output)) {
    return 'The keys of Debian are missing or too old: apt-get install debian-archive-keyring.';
  }
  if (/nodev|Cannot create node|mknod|Operation not permitted/.test(output)) {
    return 'This place forbids device files or mounts: set UNDERLAY_CACHE to a disk of this machine without "nodev", or give this container more rights.';
  }
  return 'Try again; if it fails in the same place, run "node setup/rootfs.mjs" and read its output from the top.';
}

async function overlay(target) {
  for (const path of overlayFiles()) {
    const file = join(target, path);
    mkdirSync(dirname(file), { recursive: true });
    rmSync(file, { force: true });
    cpSync(join(overlayDirectory, path), file);
    await chown(file, 0, 0);
    await chmod(file, overlayModes.get(path) ?? 0o644);
  }
}

async function addLearner(target) {
  const shell = [
    // The ids of subuid and subgid are ours already, so useradd must not add its own.
    'useradd --create-home --uid 1000 --user-group --shell /bin/bash -K SUB_UID_COUNT=0 -K SUB_GID_COUNT=0 learner',
    'usermod --lock learner',
    'update-alternatives --quiet --set editor /bin/nano',
    // People type `vim`; vim-tiny only calls itself `vi`.
    'ln -s /usr/bin/vim.tiny /usr/local/bin/vim',
    'rm -rf /var/log/* /var/cache/debconf/* /var/lib/apt/lists/* /etc/update-motd.d',
    'find /usr/share/man /usr/share/doc -type d -empty -delete',
  ].join(' && ');
  const { code, output } = await run('chroot', [target, '/bin/sh', '-c', shell]);
  if (code !== 0) throw new SetupError(`the user "learner" could not be added:\n${tail(output)}`, adviceFor(output));
}

/** Builds the tree with progress on the terminal. Returns whether it is there. */
export async function rootfsStep() {
  if (isBuilt()) return true;
  const shown = step('Root filesystem of the Machines (once, about a minute)');
  try {
    shown.done(await ensureRootfs({ progress: shown.note }));
    return true;
  } catch (error) {
    shown.fail(error instanceof Error ? error.message : String(error));
    if (error instanceof SetupError) explain(error.advice);
    return false;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const there = await rootfsStep();
  if (there) console.log(existsSync(rootfsPath()) ? rootfsPath() : '');
  process.exitCode = there ? 0 : 1;
}
