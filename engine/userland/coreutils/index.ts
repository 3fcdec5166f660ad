/** GNU coreutils 9.1: the programs every Machine has. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { loadedLater } from '../lib/loaded-later';
import { basename } from './basename';
import { cat } from './cat';
import { chmod } from './chmod';
import { chgrp, chown } from './chown';
import { cp } from './copy/cp';
import { mv } from './copy/mv';
import { cut } from './cut';
import { date } from './date/date';
import { dirname } from './dirname';
import { echo } from './echo';
import { env } from './env';
import { head } from './head';
import { groups, id } from './id';
import { ln } from './ln';
import { dir, ls, vdir } from './ls/ls';
import { mkdir } from './mkdir';
import { mkfifo, mknod } from './mknod';
import { mktemp } from './mktemp';
import { nproc } from './nproc';
import { printf } from './printf';
import { pwd } from './pwd';
import { readlink } from './readlink';
import { realpath } from './realpath';
import { rm } from './remove/rm';
import { rmdir } from './rmdir';
import { seq } from './seq';
import { sizes } from './sizes';
import { sleep } from './sleep';
import { sort } from './sort/sort';
import { stat } from './stat/stat';
import { sync } from './sync';
import { tail } from './tail/tail';
import { tee } from './tee';
import { bracket, test } from './test';
import { timeout } from './timeout';
import { touch } from './touch';
import { tr } from './tr/tr';
import { falseProgram, trueProgram } from './true';
import { tty } from './tty';
import { arch, uname } from './uname';
import { uniq } from './uniq';
import { wc } from './wc';
import { whoami } from './whoami';
import { yes } from './yes';

const rare = loadedLater(
  'coreutils',
  [
    'b2sum',
    'base32',
    'base64',
    'basenc',
    'chroot',
    'cksum',
    'comm',
    'csplit',
    'dd',
    'df',
    'dircolors',
    'du',
    'expand',
    'expr',
    'factor',
    'fmt',
    'fold',
    'hostid',
    'install',
    'join',
    'link',
    'logname',
    'md5sum',
    'nice',
    'nl',
    'nohup',
    'numfmt',
    'od',
    'paste',
    'pathchk',
    'pinky',
    'pr',
    'printenv',
    'sha1sum',
    'sha224sum',
    'sha256sum',
    'sha384sum',
    'sha512sum',
    'shred',
    'shuf',
    'split',
    'stdbuf',
    'stty',
    'sum',
    'tac',
    'truncate',
    'tsort',
    'unexpand',
    'unlink',
    'users',
    'who',
  ],
  () => import('./rare'),
);

export const programs: Record<string, Program> = {
  ...rare.programs,
  '[': bracket,
  arch,
  basename,
  cat,
  chgrp,
  chmod,
  chown,
  cp,
  cut,
  date,
  dir,
  dirname,
  echo,
  env,
  false: falseProgram,
  groups,
  head,
  id,
  ln,
  ls,
  mkdir,
  mkfifo,
  mknod,
  mktemp,
  mv,
  nproc,
  printf,
  pwd,
  readlink,
  realpath,
  rm,
  rmdir,
  seq,
  sleep,
  sort,
  stat,
  sync,
  tail,
  tee,
  test,
  timeout,
  touch,
  tr,
  true: trueProgram,
  tty,
  uname,
  uniq,
  vdir,
  wc,
  whoami,
  yes,
};
export const parts = [rare.part];

const inSbin = new Set(['chroot']);

export const files: InstalledProgram[] = Object.keys(programs).map((program) => {
  const path = `/usr/${inSbin.has(program) ? 'sbin' : 'bin'}/${program}`;
  const size = sizes.get(program);
  const links = program === 'md5sum' ? { links: [['/usr/bin/md5sum.textutils', 'md5sum'] as const] } : {};
  return { path, program, ...(size === undefined ? {} : { size }), ...links };
});
