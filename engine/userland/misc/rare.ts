/** What the usual way into a lesson does not need, loaded when the first of them is executed. */
import type { Program } from '../../kernel/sim';
import { groupadd, groupdel, passwd, useradd, userdel, usermod } from './accounts';
import { getfacl } from './acl/getfacl';
import { setfacl } from './acl/setfacl';
import { getfattr } from './attr/getfattr';
import { setfattr } from './attr/setfattr';
import { getent } from './getent';
import { getsubids } from './getsubids';
import { ldd } from './ldd';
import { locale } from './locale';
import { lsof } from './lsof/lsof';
import { newgidmap, newuidmap } from './newuidmap';
import { strace } from './strace';
import { su } from './su';
import { sudo } from './sudo/sudo';
import { clear, infocmp, reset, tput } from './terminal/programs';
import { tini } from './tini';
import { which } from './which';

export const programs = {
  clear,
  getent,
  getfacl,
  getfattr,
  getsubids,
  groupadd,
  groupdel,
  infocmp,
  ldd,
  locale,
  lsof,
  newgidmap,
  newuidmap,
  passwd,
  reset,
  setfacl,
  setfattr,
  strace,
  su,
  sudo,
  tini,
  tput,
  useradd,
  userdel,
  usermod,
  which,
} satisfies Record<string, Program>;
