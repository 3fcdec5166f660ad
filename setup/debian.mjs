/** Programs that come from Debian's packages: which are needed, for what, and how they get here. */
import { existsSync, readFileSync } from 'node:fs';
import { run, tail, which } from './process.mjs';
import { explain, step } from './report.mjs';

/** Every Debian package that set-up installs: the program or file it is looked up by, and what is lost without it. */
export const debianPackages = {
  mmdebstrap: {
    program: 'mmdebstrap',
    purpose: 'builds the root filesystem of the Machines',
    without: 'no lab can be started; the course itself can be read',
  },
  'debian-archive-keyring': {
    program: '/usr/share/keyrings/debian-archive-keyring.gpg',
    purpose: "the keys by which Debian's packages are known",
    without: 'the root filesystem cannot be built, so no lab can be started',
  },
  chromium: {
    program: 'chromium',
    purpose: 'the browser of the end-to-end tests',
    without: 'the end-to-end tests are skipped',
  },
  runc: {
    program: 'runc',
    purpose: 'a container runtime that ours is compared with',
    without: 'the tests that compare with it are skipped',
  },
  crun: {
    program: 'crun',
    purpose: 'another container runtime that ours is compared with',
    without: 'the tests that compare with it are skipped',
  },
  podman: {
    program: 'podman',
    purpose: 'an engine that has to work with our runtime, plugins and registry',
    without: 'the tests that let it use them are skipped',
  },
  skopeo: {
    program: 'skopeo',
    purpose: 'copies images from and to our registry, layouts and archives',
    without: 'the tests in which it copies our images are skipped',
  },
  umoci: {
    program: 'umoci',
    purpose: 'unpacks and repacks image layouts of ours',
    without: 'the tests in which it opens our images are skipped',
  },
  'containernetworking-plugins': {
    program: '/usr/lib/cni/bridge',
    purpose: 'the CNI plugins that ours are compared with',
    without: 'the tests that compare with them are skipped',
  },
  'dnsmasq-base': {
    program: 'dnsmasq',
    purpose: 'the DHCP server that our DHCP client is held to',
    without: 'the tests that ask it are skipped',
  },
  'python3-seccomp': {
    program: '/usr/share/doc/python3-seccomp/copyright',
    purpose: 'libseccomp, whose filters ours are compared with',
    without: 'the tests that compare with it are skipped',
  },
  zstd: {
    program: 'zstd',
    purpose: 'packs layers for the tests of unpacking',
    without: 'those tests are skipped',
  },
};

/** What the tests of images, containers and networks are judged by; nothing but those tests needs it. */
export const judges = [
  'runc',
  'crun',
  'podman',
  'skopeo',
  'umoci',
  'containernetworking-plugins',
  'dnsmasq-base',
  'python3-seccomp',
  'zstd',
];

/** The packages among `names` whose program is not on this machine. */
export function missingPackages(names, find = which) {
  return names.filter((name) => !find(debianPackages[name].program));
}

/** True for Debian and what descends from it, by the text of /etc/os-release (os-release(5)). */
export function isDebian(osRelease) {
  const ids = [...osRelease.matchAll(/^ID(?:_LIKE)?=(.*)$/gm)].flatMap((match) =>
    match[1].replace(/"/g, '').split(' '),
  );
  return ids.includes('debian');
}

/** Why apt-get cannot be used here, or undefined. */
export function cannotInstall() {
  const osRelease = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  if (!isDebian(osRelease) || !which('apt-get')) return 'this is not Debian or a relative of it';
  if (process.getuid?.() !== 0) return 'only root can install packages';
  return undefined;
}

/** What to tell a person about packages that are not there. */
export function missingAdvice(names, reason) {
  const lines = names.map(
    (name) => `${name} (${debianPackages[name].purpose}): without it ${debianPackages[name].without}.`,
  );
  return `${lines.join('\n')}\nNot installed, because ${reason}. On Debian or Ubuntu: sudo apt-get install ${names.join(' ')}`;
}

/** Installs what is missing of `names` where that is possible, else says what is lost. Returns what is still missing. */
export async function ensurePackages(names) {
  const missing = missingPackages(names);
  if (missing.length === 0) return [];
  const obstacle = cannotInstall();
  if (obstacle) {
    explain(missingAdvice(missing, obstacle));
    return missing;
  }
  const shown = step(`Debian packages: ${missing.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  // Another apt-get may be at work: wait for its lock rather than fail.
  const apt = (...args) => run('apt-get', ['-qq', '-y', '-o', 'DPkg::Lock::Timeout=300', ...args], { env });
  shown.note('apt-get update');
  const update = await apt('update');
  shown.note('apt-get install');
  const install = await apt('install', '--no-install-recommends', ...missing);
  const still = missingPackages(missing);
  if (install.code === 0 && still.length === 0) {
    shown.done();
    return [];
  }
  shown.fail();
  explain(tail(`${update.code === 0 ? '' : update.output}\n${install.output}`));
  explain(missingAdvice(still, 'apt-get failed'));
  return still;
}
