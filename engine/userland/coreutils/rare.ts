/** What is seldom called, loaded when the first of them is executed. */
import type { Program } from '../../kernel/sim';
import { chroot } from './chroot';
import { comm } from './comm';
import { install } from './copy/install';
import { csplit } from './csplit';
import { dd } from './dd/dd';
import { df } from './df/df';
import { cksum, sum } from './digest/cksum';
import { b2sum, md5sum, sha1sum, sha224sum, sha256sum, sha384sum, sha512sum } from './digest/sums';
import { dircolors } from './dircolors/dircolors';
import { du } from './du';
import { base32, base64, basenc } from './encode/base';
import { expand, unexpand } from './expand';
import { expr } from './expr';
import { factor } from './factor';
import { fmt } from './fmt/fmt';
import { fold } from './fold';
import { hostid } from './hostid';
import { join } from './join';
import { link, unlink } from './link';
import { logname } from './logname';
import { nice } from './nice';
import { nl } from './nl';
import { nohup } from './nohup';
import { numfmt } from './numfmt/numfmt';
import { od } from './od/od';
import { paste } from './paste';
import { pathchk } from './pathchk';
import { pinky } from './pinky';
import { pr } from './pr/pr';
import { printenv } from './printenv';
import { shred } from './shred';
import { shuf } from './shuf';
import { split } from './split/split';
import { stdbuf } from './stdbuf';
import { stty } from './stty/stty';
import { tac } from './tac';
import { truncate } from './truncate';
import { tsort } from './tsort';
import { users, who } from './who';

export const programs = {
  b2sum,
  base32,
  base64,
  basenc,
  chroot,
  cksum,
  comm,
  csplit,
  dd,
  df,
  dircolors,
  du,
  expand,
  expr,
  factor,
  fmt,
  fold,
  hostid,
  install,
  join,
  link,
  logname,
  md5sum,
  nice,
  nl,
  nohup,
  numfmt,
  od,
  paste,
  pathchk,
  pinky,
  pr,
  printenv,
  sha1sum,
  sha224sum,
  sha256sum,
  sha384sum,
  sha512sum,
  shred,
  shuf,
  split,
  stdbuf,
  stty,
  sum,
  tac,
  truncate,
  tsort,
  unexpand,
  unlink,
  users,
  who,
} satisfies Record<string, Program>;
