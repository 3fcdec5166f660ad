/** GNU coreutils 9.1: the programs every Machine has. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { basename } from './basename';
import { cat } from './cat';
import { chmod } from './chmod';
import { chgrp, chown } from './chown';
import { chroot } from './chroot';
import { comm } from './comm';
import { cp } from './copy/cp';
import { install } from './copy/install';
import { mv } from './copy/mv';
import { csplit } from './csplit';
import { cut } from './cut';
import { date } from './date/date';
import { dd } from './dd/dd';
import { df } from './df/df';
import { cksum, sum } from './digest/cksum';
import { b2sum, md5sum, sha1sum, sha224sum, sha256sum, sha384sum, sha512sum } from './digest/sums';
import { dircolors } from './dircolors/dircolors';
import { dirname } from './dirname';
import { du } from './du';
import { echo } from './echo';
import { base32, base64, basenc } from './encode/base';
import { env } from './env';
import { expand, unexpand } from './expand';
import { expr } from './expr';
import { factor } from './factor';
import { fmt } from './fmt/fmt';
import { fold } from './fold';
import { head } from './head';
import { hostid } from './hostid';
import { groups, id } from './id';
import { join } from './join';
import { link, unlink } from './link';
import { ln } from './ln';
import { logname } from './logname';
import { dir, ls, vdir } from './ls/ls';
import { mkdir } from './mkdir';
import { mkfifo, mknod } from './mknod';
import { mktemp } from './mktemp';
import { nice } from './nice';
import { nl } from './nl';
import { nohup } from './nohup';
import { nproc } from './nproc';
import { numfmt } from './numfmt/numfmt';
import { od } from './od/od';
import { paste } from './paste';
import { pathchk } from './pathchk';
import { pinky } from './pinky';
import { pr } from './pr/pr';
import { printenv } from './printenv';
import { printf } from './printf';
import { pwd } from './pwd';
import { readlink } from './readlink';
import { realpath } from './realpath';
import { rm } from './remove/rm';
import { rmdir } from './rmdir';
import { seq } from './seq';
import { shred } from './shred';
import { shuf } from './shuf';
import { sizes } from './sizes';
import { sleep } from './sleep';
import { sort } from './sort/sort';
import { split } from './split/split';
import { stat } from './stat/stat';
import { stdbuf } from './stdbuf';
import { stty } from './stty/stty';
import { sync } from './sync';
import { tac } from './tac';
import { tail } from './tail/tail';
import { tee } from './tee';
import { bracket, test } from './test';
import { timeout } from './timeout';
import { touch } from './touch';
import { tr } from './tr/tr';
import { falseProgram, trueProgram } from './true';
import { truncate } from './truncate';
import { tsort } from './tsort';
import { tty } from './tty';
import { arch, uname } from './uname';
import { uniq } from './uniq';
import { wc } from './wc';
import { users, who } from './who';
import { whoami } from './whoami';
import { yes } from './yes';

export const programs: Record<string, Program> = {
  '[': bracket,
  arch,
  b2sum,
  base32,
  base64,
  basename,
  basenc,
  cat,
  chgrp,
  chmod,
  chown,
  chroot,
  cksum,
  comm,
  cp,
  csplit,
  cut,
  date,
  dd,
  df,
  dir,
  dircolors,
  dirname,
  du,
  echo,
  env,
  expand,
  expr,
  factor,
  false: falseProgram,
  fmt,
  fold,
  groups,
  head,
  hostid,
  id,
  install,
  join,
  link,
  ln,
  logname,
  ls,
  md5sum,
  mkdir,
  mkfifo,
  mknod,
  mktemp,
  mv,
  nice,
  nl,
  nohup,
  nproc,
  numfmt,
  od,
  paste,
  pathchk,
  pinky,
  pr,
  printenv,
  printf,
  pwd,
  readlink,
  realpath,
  rm,
  rmdir,
  seq,
  sha1sum,
  sha224sum,
  sha256sum,
  sha384sum,
  sha512sum,
  shred,
  shuf,
  sleep,
  sort,
  split,
  stat,
  stdbuf,
  stty,
  sum,
  sync,
  tac,
  tail,
  tee,
  test,
  timeout,
  touch,
  tr,
  true: trueProgram,
  truncate,
  tsort,
  tty,
  uname,
  unexpand,
  uniq,
  unlink,
  users,
  vdir,
  wc,
  who,
  whoami,
  yes,
};

const inSbin = new Set(['chroot']);

export const files: InstalledProgram[] = Object.keys(programs).map((program) => {
  const path = `/usr/${inSbin.has(program) ? 'sbin' : 'bin'}/${program}`;
  const size = sizes.get(program);
  const links = program === 'md5sum' ? { links: [['/usr/bin/md5sum.textutils', 'md5sum'] as const] } : {};
  return { path, program, ...(size === undefined ? {} : { size }), ...links };
});
