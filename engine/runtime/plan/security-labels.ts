/**
 * The labels that a program gets from its execve on (OCI runtime-spec 1.2, config.md, "Linux Process"; apparmor(7),
 * aa_change_onexec(2); proc_pid_attr(5)). Where the kernel has no such module, the configuration was refused before.
 */
import { flags, ref, type Step } from '../../kernel';
import type { Process } from '../config';
import * as k from './constants';

/** Needs the container's /proc. */
export function securityLabels({ apparmorProfile, selinuxLabel }: Process): Step[] {
  return [
    ...(apparmorProfile ? onExecve('/proc/self/attr/apparmor/exec', `exec ${apparmorProfile}`) : []),
    ...(selinuxLabel ? onExecve('/proc/self/attr/exec', selinuxLabel) : []),
  ];
}

/** The directory of AppArmor came with Linux 5.1; before, modules shared one file. */
function onExecve(file: string, label: string): Step[] {
  const shared = '/proc/self/attr/exec';
  const access = flags({ O_WRONLY: k.O_WRONLY, O_CLOEXEC: k.O_CLOEXEC });
  return [
    {
      call: 'openat',
      args: [k.AT_FDCWD, file, access, 0],
      as: 'label',
      except: file === shared ? [] : ['ENOENT'],
      about: file,
    },
    {
      if: { when: ref('label'), is: '<', than: 0 },
      then: [{ call: 'openat', args: [k.AT_FDCWD, shared, access, 0], as: 'label', about: shared }],
    },
    { call: 'write', args: [ref('label'), label, new TextEncoder().encode(label).length], about: `label ${label}` },
    { call: 'close', args: [ref('label')] },
  ];
}
