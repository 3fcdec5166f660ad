/** Files, overlays and mounts at random, and what is looked at in the end. */
import type fc from 'fast-check';
import { defineSubject, type Subject } from '../subject';
import { fileOperations, mountOperations, type Operation } from './operations';
import { realDriver } from './real-driver';
import { simDriver } from './sim-driver';

interface Place {
  name: string;
  /** Bash, before and after each sequence; what the second one prints is compared, too. */
  prepare: string;
  finish: string;
  operations: fc.Arbitrary<Operation[]>;
}

const listing = (where: string) =>
  `(cd ${where} && find . -mindepth 1 -printf '%y %m %n %s %U %G %p\\n' | sed -E '/^d/s/ [0-9]+ ([0-9]+ [0-9]+ [^ ]+)$/ - \\1/' | sort -k 7)`;
/** Peer groups in the order in which they are first met. */
const peers = `awk '{ for (i = 7; $i != "-"; i++) { split($i, p, ":"); if (!(p[2] in seen)) seen[p[2]] = ++n; printf "%s:%d ", p[1], seen[p[2]] }; print $4, $5, $(i+1), $(i+2) }'`;
const clean = 'while umount -l /z 2> /dev/null; do :; done; rm -rf /z';

const lower =
  'mkdir lower/a lower/b; echo low > lower/a/c; echo low > lower/c; ln -s c lower/d; echo two > lower/b/a; mkdir lower/a/d';

const places: readonly Place[] = [
  {
    name: 'files',
    prepare: 'mkdir -p /z; mount -t tmpfs z /z; mkdir /z/t',
    operations: fileOperations('/z/t'),
    finish: `${listing('/z/t')}; ${clean}`,
  },
  {
    name: 'overlay',
    prepare: `mkdir -p /z; mount -t tmpfs z /z; cd /z; mkdir lower upper work t; ${lower}; mount -t overlay o -o lowerdir=lower,upperdir=upper,workdir=work t`,
    operations: fileOperations('/z/t'),
    finish: `${listing('/z/t')}; ${listing('/z/upper')}; getfattr -R -h -d -m trusted.overlay.opaque --absolute-names /z/upper 2> /dev/null | grep -v '^$' | sort; ${clean}`,
  },
  {
    name: 'overlay with redirects',
    prepare: `mkdir -p /z; mount -t tmpfs z /z; cd /z; mkdir lower low2 upper work t; ${lower}; mkdir low2/a low2/c; echo deep > low2/a/b; mount -t overlay o -o lowerdir=lower:low2,upperdir=upper,workdir=work,redirect_dir=on t`,
    operations: fileOperations('/z/t'),
    finish: `${listing('/z/t')}; ${listing('/z/upper')}; ${clean}`,
  },
  {
    name: 'mounts',
    prepare: 'mkdir -p /z; mount -t tmpfs z /z; mount --make-private /z; cd /z; mkdir -p a/a a/b b/a b/c c/a c/b',
    operations: mountOperations('/z'),
    finish: `grep ' /z' /proc/self/mountinfo | ${peers}; ${clean}`,
  },
];

export const fileSubjects: readonly Subject[] = places.map(({ name, prepare, finish, operations }) =>
  defineSubject<Operation>({
    name,
    driver: realDriver,
    batch: 100,
    operations,
    line: (all) => [prepare, all, finish],
    program: (all) => simDriver(prepare, all, finish),
  }),
);
