/** GNU coreutils 9.1: the programs every Machine has. */
import type { Program } from '../../kernel/sim';
import type { InstalledProgram } from '../lib/install';
import { basename } from './basename';
import { cat } from './cat';
import { chmod } from './chmod';
import { chgrp, chown } from './chown';
import { chroot } from './chroot';
import { cp } from './copy/cp';
import { install } from './copy/install';
import { mv } from './copy/mv';
import { date } from './date/date';
import { dd } from './dd/dd';
import { df } from './df/df';
import { dircolors } from './dircolors/dircolors';
import { dirname } from './dirname';
import { du } from './du';
import { echo } from './echo';
import { env } from './env';
import { expr } from './expr';
import { head } from './head';
import { hostid } from './hostid';
import { groups, id } from './id';
import { link, unlink } from './link';
import { ln } from './ln';
import { logname } from './logname';
import { dir, ls, vdir } from './ls/ls';
import { mkdir } from './mkdir';
import { mkfifo, mknod } from './mknod';
import { mktemp } from './mktemp';
import { nice } from './nice';
import { nohup } from './nohup';
import { nproc } from './nproc';
import { printenv } from './printenv';
import { printf } from './printf';
import { pwd } from './pwd';
import { readlink } from './readlink';
import { realpath } from './realpath';
import { rm } from './remove/rm';
import { rmdir } from './rmdir';
import { seq } from './seq';
import { shred } from './shred';
import { sleep } from './sleep';
import { stat } from './stat/stat';
import { sync } from './sync';
import { tac } from './tac';
import { tee } from './tee';
import { bracket, test } from './test';
import { timeout } from './timeout';
import { touch } from './touch';
import { falseProgram, trueProgram } from './true';
import { truncate } from './truncate';
import { tty } from './tty';
import { arch, uname } from './uname';
import { wc } from './wc';
import { users, who } from './who';
import { whoami } from './whoami';
import { yes } from './yes';

export const programs: Record<string, Program> = {
  '[': bracket,
  arch,
  basename,
  cat,
  chgrp,
  chmod,
  chown,
  chroot,
  cp,
  date,
  dd,
  df,
  dir,
  dircolors,
  dirname,
  du,
  echo,
  env,
  expr,
  false: falseProgram,
  groups,
  head,
  hostid,
  id,
  install,
  link,
  ln,
  logname,
  ls,
  mkdir,
  mkfifo,
  mknod,
  mktemp,
  mv,
  nice,
  nohup,
  nproc,
  printenv,
  printf,
  pwd,
  readlink,
  realpath,
  rm,
  rmdir,
  seq,
  shred,
  sleep,
  stat,
  sync,
  tac,
  tee,
  test,
  timeout,
  touch,
  true: trueProgram,
  truncate,
  tty,
  uname,
  unlink,
  users,
  vdir,
  wc,
  who,
  whoami,
  yes,
};

const inSbin = new Set(['chroot']);

export const files: InstalledProgram[] = Object.keys(programs).map((program) => ({
  path: `/usr/${inSbin.has(program) ? 'sbin' : 'bin'}/${program}`,
  program,
}));
