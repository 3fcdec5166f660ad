/**
 * What a document has to obey, sentence by sentence of config.md (OCI runtime-spec 1.2). What a rule needs the machine for
 * (a namespace file's type, a mount's source) is not here.
 */
import { describe, expect, it } from 'vitest';
import {
  type Broken,
  hook,
  ids,
  linux,
  mount,
  problemsOf,
  process,
  resources,
  rlimit,
  seccomp,
  user,
  uts,
} from './testing/documents';

const broken: Broken = {
  'ociVersion MUST be in SemVer v2.0.0 format, and compatible': [
    [{ ociVersion: 'invalid' }, 'ociVersion: "invalid" is no version like "1.2.0" (semver.org)'],
    [{ ociVersion: '1.02.0' }, 'ociVersion: "1.02.0" is no version'],
    [{ ociVersion: '2.0.0' }, 'ociVersion: "2.0.0" is not supported'],
    [{ ociVersion: '0.9.9' }, 'ociVersion: "0.9.9" is not supported'],
  ],
  'root is REQUIRED, and so is its path': [
    [{ root: undefined }, 'root: is missing'],
    [{ root: { readonly: true } }, 'root.path: is missing'],
    [{ root: { path: '' } }, 'root.path: is empty'],
  ],
  'destination is REQUIRED; a bind mount shows a source': [
    [{ mounts: [{ type: 'tmpfs' }] }, 'mounts[0].destination: is missing'],
    [mount({ options: ['rbind'] }), 'mounts[0].source: is missing'],
    [mount({ type: 'bind' }), 'mounts[0].source: is missing'],
    [mount({ source: '/here', options: ['ro'] }), 'mounts[0].type: is missing'],
    [mount({ type: 'tmpfs', options: 'ro' }), 'mounts[0].options: has to be a list, and is "ro"'],
  ],
  'uidMappings MUST be specified along with gidMappings; idmap without any mapping MUST be an error': [
    [mount({ type: 'bind', source: '/', uidMappings: ids }), 'mounts[0].gidMappings: is missing'],
    [mount({ type: 'bind', source: '/', gidMappings: ids }), 'mounts[0].uidMappings: is missing'],
    [mount({ type: 'bind', source: '/', options: ['idmap'] }), 'mounts[0].options: an idmapped mount needs'],
    [mount({ type: 'bind', source: '/', options: ['ridmap'] }), 'mounts[0].options: an idmapped mount needs'],
  ],
  'cwd MUST be an absolute path; args needs at least one entry': [
    [{ process: {} }, 'process.cwd: is missing'],
    [process({ cwd: 'tmp' }), 'process.cwd: "tmp" is no absolute path'],
    [process({ args: [] }), 'process.args: needs at least 1 entry'],
    [process({ args: ['a\0b'] }), 'process.args[0]: has a NUL character in it'],
  ],
  'env has the semantics of environ': [
    [process({ env: ['A=', 'B'] }), 'process.env[1]: "B" is not NAME=value'],
    [process({ env: ['=x'] }), 'process.env[0]: "=x" is not NAME=value'],
  ],
  'rlimits: what the kernel does not have, and what is there twice, MUST be an error': [
    [process({ rlimits: [rlimit('RLIMIT_TEST', 1)] }), 'process.rlimits[0].type: "RLIMIT_TEST" is no resource'],
    [process({ rlimits: [rlimit('NOFILE', 1)] }), 'process.rlimits[0].type: "NOFILE" is no resource'],
    [
      process({ rlimits: [rlimit('RLIMIT_CPU', 1), rlimit('RLIMIT_CPU', 1)] }),
      'process.rlimits[1].type: "RLIMIT_CPU" is there twice: rlimits[0] has it',
    ],
    [process({ rlimits: [rlimit('RLIMIT_CPU', 2, 1)] }), 'process.rlimits[0].soft: 2 is more than the hard limit, 1'],
    [process({ rlimits: [{ type: 'RLIMIT_CPU', soft: 1 }] }), 'process.rlimits[0].hard: is missing'],
  ],
  'scheduler and ioPriority have values the kernel knows': [
    [process({ scheduler: { policy: 'SCHED_X' } }), 'process.scheduler.policy: "SCHED_X" is not one of'],
    [process({ scheduler: { policy: 'SCHED_OTHER', nice: 20 } }), 'process.scheduler.nice: 20 is not between'],
    [process({ scheduler: { policy: 'SCHED_BATCH', priority: 1 } }), 'process.scheduler.priority: means nothing to'],
    [process({ scheduler: { policy: 'SCHED_FIFO' } }), 'process.scheduler.priority: 0 is not between 1 and 99'],
    [
      process({ scheduler: { policy: 'SCHED_RR', priority: 1, runtime: 1 } }),
      'process.scheduler.runtime: means nothing',
    ],
    [
      process({ scheduler: { policy: 'SCHED_DEADLINE', runtime: 2, deadline: 1 } }),
      'process.scheduler.deadline: 1 is less than the runtime, 2',
    ],
    [process({ scheduler: { policy: 'SCHED_IDLE', flags: ['X'] } }), 'process.scheduler.flags[0]: "X" is not one of'],
    [process({ ioPriority: { class: 'IOPRIO_CLASS_NONE' } }), 'process.ioPriority.class: "IOPRIO_CLASS_NONE" is not'],
    [
      process({ ioPriority: { class: 'IOPRIO_CLASS_RT', priority: 8 } }),
      'process.ioPriority.priority: 8 is more than 7',
    ],
    [process({ execCPUAffinity: { initial: '0-' } }), 'process.execCPUAffinity.initial: "0-" is no list of CPUs'],
  ],
  'user: uid and gid are REQUIRED': [
    [process({ user: { gid: 0 } }), 'process.user.uid: is missing'],
    [process({ user: { uid: 0, gid: 4294967296 } }), 'process.user.gid: 4294967296 is more than 4294967295'],
    [process({ user: { uid: 0, gid: 0, umask: 512 } }), 'process.user.umask: 512 is more than 511'],
    [process({ user: { uid: 0, gid: 0, additionalGids: ['wheel'] } }), 'process.user.additionalGids[0]: has to be'],
  ],
  'hooks: path MUST be absolute, timeout MUST be greater than zero': [
    [hook({ path: 'bin/true' }), 'hooks.createRuntime[0].path: "bin/true" is no absolute path'],
    [hook({ timeout: 0 }), 'hooks.createRuntime[0].timeout: has to be more than 0'],
    [hook({ timeout: -1 }), 'hooks.createRuntime[0].timeout: has to be more than 0'],
    [{ hooks: { poststop: {} } }, 'hooks.poststop: has to be a list, and is an object'],
  ],
  'annotations: values MUST be strings, keys MUST NOT be empty': [
    [{ annotations: { a: 1 } }, 'annotations.a: has to be a string, and is 1'],
    [{ annotations: { '': 'a' } }, 'annotations[""]: has a wrong key: is empty'],
  ],
  'the names of the UTS namespace are not the machine’s': [
    [{ hostname: 'lab' }, 'hostname: needs a namespace of type "uts" in linux.namespaces'],
    [{ domainname: 'lab' }, 'domainname: needs a namespace of type "uts" in linux.namespaces'],
    [{ hostname: 'é'.repeat(33), ...linux({ namespaces: [uts] }) }, 'hostname: is longer than 64 bytes'],
  ],
};

describe('a document that breaks a rule of config.md', () => {
  it.each(Object.entries(broken))('%s', (_sentence, cases) => {
    for (const [fields, problem] of cases) expect(problemsOf(fields)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('a document that breaks several rules', () => {
  it('is told of all of them, in parts that do not depend on each other', () => {
    const fields = {
      ...process({ rlimits: [rlimit('RLIMIT_X', 1)], terminal: 1 }),
      ...linux({ namespaces: [uts, uts], sysctl: { 'vm.x': '1' }, resources: { memory: { limit: -2 } } }),
    };
    expect(problemsOf(fields)).toHaveLength(4);
  });
});

describe('a document that looks as if it broke one', () => {
  const right: Record<string, object> = {
    'a later version, a draft of one, and build metadata': { ociVersion: '1.9.0-rc.1+dev' },
    'no process: only start needs it': { process: undefined },
    'a relative destination, which is deprecated': { mounts: [{ destination: 'm', type: 'tmpfs', source: 'x' }] },
    'a remount and a change of propagation, which need neither type nor source': {
      mounts: [
        { destination: '/', options: ['remount', 'ro'] },
        { destination: '/', options: ['rslave'] },
      ],
    },
    'an idmapped mount with the user namespace’s mappings': {
      ...mount({ type: 'bind', source: '/', options: ['idmap'] }),
      ...linux({ namespaces: [user], uidMappings: ids, gidMappings: ids }),
    },
    'a joined user namespace without mappings': linux({ namespaces: [{ type: 'user', path: '/proc/1/ns/user' }] }),
    'consoleSize without a terminal, which MUST be ignored': process({ consoleSize: { height: 1, width: 1 } }),
    'capabilities nobody knows, which are only warned of': process({ capabilities: { bounding: ['CAP_TEST'] } }),
    'a listenerPath nobody needs, which is ignored': seccomp({ listenerPath: '/s' }),
    'system calls nobody knows': seccomp({ syscalls: [{ names: ['frobnicate'], action: 'SCMP_ACT_ERRNO' }] }),
    'the same device in two places, and twice in one': linux({
      devices: ['/a', '/b', '/a'].map((path) => ({ type: 'c', path, major: 1, minor: 3 })),
    }),
    'parameters of the namespaces there are': linux({
      namespaces: [{ type: 'network' }, { type: 'ipc' }, uts],
      sysctl: {
        'net.core.somaxconn': '1',
        'kernel.sem': '1 2 3 4',
        'fs.mqueue.msg_max': '1',
        'kernel.domainname': 'x',
      },
    }),
    'a name of a host, and no name': { hostname: 'lab', domainname: '', ...linux({ namespaces: [uts] }) },
    'limits that are no limits': resources({ memory: { limit: -1, swap: -1 }, cpu: { quota: -1, burst: 5 } }),
  };
  it.each(Object.entries(right))('%s', (_what, fields) => expect(problemsOf(fields)).toEqual([]));
});
