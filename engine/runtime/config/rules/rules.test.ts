/**
 * What a document has to obey, sentence by sentence of the specification (OCI runtime-spec 1.2, config.md and
 * config-linux.md). What a rule needs the machine for (a namespace file's type, a mount's source) is not here.
 */
import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig } from '../index';

const uts = { type: 'uts' };
const user = { type: 'user' };
const ids = [{ containerID: 0, hostID: 1000, size: 1000 }];
const linux = (fields: object) => ({ linux: fields });
const process = (fields: object) => ({ process: { cwd: '/', ...fields } });
const seccomp = (fields: object) => linux({ seccomp: { defaultAction: 'SCMP_ACT_ALLOW', ...fields } });
const resources = (fields: object) => linux({ resources: fields });
const mount = (fields: object) => ({ mounts: [{ destination: '/m', ...fields }] });
const hook = (fields: object) => ({ hooks: { createRuntime: [{ path: '/bin/true', ...fields }] } });
const rlimit = (type: string, soft: number, hard = soft) => ({ type, soft, hard });

function problemsOf(fields: object): string[] {
  try {
    parseConfig(JSON.stringify({ ociVersion: '1.2.0', root: { path: 'rootfs' }, ...fields }));
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, problem }) => `${path}: ${problem}`);
  }
}

/** The part of the document, and the one problem it has. */
const wrong: Record<string, [object, string][]> = {
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
  'namespaces: path MUST be absolute; duplicated types MUST be an error': [
    [linux({ namespaces: [uts, uts] }), 'linux.namespaces[1].type: "uts" is there twice: namespaces[0] has it'],
    [linux({ namespaces: [uts, { type: 'uts', path: '/proc/1/ns/uts' }] }), 'linux.namespaces[1].type: "uts" is there'],
    [linux({ namespaces: [{ type: 'net' }] }), 'linux.namespaces[0].type: "net" is not one of pid, network'],
    [
      linux({ namespaces: [{ type: 'pid', path: 'ns/pid' }] }),
      'linux.namespaces[0].path: "ns/pid" is no absolute path',
    ],
  ],
  'mappings are of a user namespace, and such as the kernel takes': [
    [linux({ uidMappings: ids }), 'linux.uidMappings: needs a namespace of type "user" in namespaces'],
    [linux({ namespaces: [user], gidMappings: ids }), 'linux.uidMappings: is missing: in a new user namespace'],
    [
      linux({ namespaces: [user], uidMappings: ids, gidMappings: [{ containerID: 0, hostID: 0, size: 0 }] }),
      'linux.gidMappings[0].size: has to be more than 0',
    ],
    [
      linux({ namespaces: [user], gidMappings: ids, uidMappings: [...ids, { containerID: 999, hostID: 0, size: 1 }] }),
      'linux.uidMappings[1]: has ids that uidMappings[0] has, too',
    ],
    [
      linux({ namespaces: [user], gidMappings: ids, uidMappings: [{ containerID: 0, hostID: 4294967295, size: 2 }] }),
      'linux.uidMappings[0]: goes beyond the last id, 4294967295',
    ],
  ],
  'timeOffsets are set in a new time namespace': [
    [linux({ timeOffsets: { boottime: { secs: 1 } } }), 'linux.timeOffsets: needs a new namespace of type "time"'],
    [
      linux({ namespaces: [{ type: 'time', path: '/t' }], timeOffsets: { monotonic: {} } }),
      'linux.timeOffsets: needs a new namespace of type "time"',
    ],
    [
      linux({ namespaces: [{ type: 'time' }], timeOffsets: { monotonic: { nanosecs: 1_000_000_000 } } }),
      'linux.timeOffsets.monotonic.nanosecs: 1000000000 is more than 999999999',
    ],
  ],
  'devices: path is a full path; major and minor are REQUIRED unless type is p': [
    [linux({ devices: [{ type: 'c', path: '/dev/x', minor: 1 }] }), 'linux.devices[0].major: is missing'],
    [linux({ devices: [{ type: 'p', path: 'x' }] }), 'linux.devices[0].path: "x" is no absolute path'],
    [linux({ devices: [{ type: 's', path: '/x' }] }), 'linux.devices[0].type: "s" is not one of c, b, u, p'],
    [linux({ devices: [{ type: 'b', path: '/x', major: 8, minor: -1 }] }), 'linux.devices[0].minor: -1 is not between'],
    [
      linux({ devices: [1, 2].map((minor) => ({ type: 'c', path: '/x', major: 1, minor })) }),
      'linux.devices[1].path: /x is another device in devices[0]',
    ],
  ],
  'a value of cgroupsPath that leads elsewhere is invalid': [
    [linux({ cgroupsPath: '/lab/../../other' }), 'linux.cgroupsPath: has ".." in it'],
  ],
  'resources: allowed devices': [
    [resources({ devices: [{ type: 'c' }] }), 'linux.resources.devices[0].allow: is missing'],
    [resources({ devices: [{ allow: true, type: 'x' }] }), 'linux.resources.devices[0].type: "x" is not one of'],
    [resources({ devices: [{ allow: true, access: 'rx' }] }), 'linux.resources.devices[0].access: "rx" is not made of'],
    [resources({ devices: [{ allow: true, major: -2 }] }), 'linux.resources.devices[0].major: -2 is neither'],
  ],
  'resources: memory is bytes or -1; swappiness is 0 to 100': [
    [resources({ memory: { limit: -2 } }), 'linux.resources.memory.limit: -2 is neither a number of bytes nor -1'],
    [resources({ memory: { limit: 2, swap: 1 } }), 'linux.resources.memory.swap: 1 is less than memory.limit, 2'],
    [resources({ memory: { swappiness: 101 } }), 'linux.resources.memory.swappiness: is not between 0 and 100'],
  ],
  'resources: quota MUST be no smaller than burst': [
    [resources({ cpu: { quota: 1, burst: 2 } }), 'linux.resources.cpu.burst: 2 is more than the quota, 1'],
    [resources({ cpu: { idle: 2 } }), 'linux.resources.cpu.idle: 2 is neither 0 nor 1'],
    [resources({ cpu: { shares: 1.5 } }), 'linux.resources.cpu.shares: has to be a whole number, and is 1.5'],
  ],
  'resources: You MUST specify at least one of two': [
    [
      resources({ blockIO: { weightDevice: [{ major: 8, minor: 0 }] } }),
      'linux.resources.blockIO.weightDevice[0]: needs weight or leafWeight',
    ],
    [resources({ blockIO: { weight: 5 } }), 'linux.resources.blockIO.weight: 5 is not between 10 and 1000'],
    [
      resources({ blockIO: { throttleReadBpsDevice: [{ major: 8, minor: 0 }] } }),
      'linux.resources.blockIO.throttleReadBpsDevice[0].rate: is missing',
    ],
    [resources({ rdma: { mlx5_1: {} } }), 'linux.resources.rdma.mlx5_1: needs hcaHandles or hcaObjects'],
  ],
  'resources: the others': [
    [resources({ pids: {} }), 'linux.resources.pids.limit: is missing'],
    [resources({ network: { priorities: [{ name: 'eth0' }] } }), 'linux.resources.network.priorities[0].priority: is'],
    [resources({ hugepageLimits: [{ pageSize: '2M', limit: 1 }] }), 'linux.resources.hugepageLimits[0].pageSize: "2M"'],
    [
      resources({ unified: { '../memory.max': '1' } }),
      'linux.resources.unified["../memory.max"]: is no name of a file',
    ],
    [resources({ unified: { 'memory.max': 1 } }), 'linux.resources.unified["memory.max"]: has to be a string'],
  ],
  'sysctl: only what a namespace has for itself': [
    [linux({ sysctl: { 'net.ipv4.ip_forward': '1' } }), 'linux.sysctl["net.ipv4.ip_forward"]: needs a namespace of'],
    [linux({ sysctl: { 'kernel.shmmax': '1' } }), 'linux.sysctl["kernel.shmmax"]: needs a namespace of type "ipc"'],
    [
      linux({ sysctl: { 'fs/mqueue/msg_max': '1' } }),
      'linux.sysctl["fs/mqueue/msg_max"]: needs a namespace of type "ipc"',
    ],
    [
      linux({ sysctl: { 'kernel.domainname': 'x' } }),
      'linux.sysctl["kernel.domainname"]: needs a namespace of type "uts"',
    ],
    [linux({ sysctl: { 'vm.swappiness': '1' } }), 'linux.sysctl["vm.swappiness"]: is not of a namespace'],
    [
      linux({ namespaces: [{ type: 'network' }], sysctl: { 'net/../vm/swappiness': '1' } }),
      'linux.sysctl["net/../vm/swappiness"]: is no name of a parameter',
    ],
    [linux({ namespaces: [uts], sysctl: { 'kernel.hostname': 'x' } }), 'linux.sysctl["kernel.hostname"]: is set by'],
  ],
  'seccomp: names MUST contain at least one entry; an action without errno MUST be an error': [
    [linux({ seccomp: {} }), 'linux.seccomp.defaultAction: is missing'],
    [
      seccomp({ syscalls: [{ names: [], action: 'SCMP_ACT_ERRNO' }] }),
      'linux.seccomp.syscalls[0].names: needs at least',
    ],
    [seccomp({ defaultErrnoRet: 1 }), 'linux.seccomp.defaultErrnoRet: SCMP_ACT_ALLOW has no errno'],
    [
      seccomp({ syscalls: [{ names: ['chmod'], action: 'SCMP_ACT_KILL', errnoRet: 1 }] }),
      'linux.seccomp.syscalls[0].errnoRet: SCMP_ACT_KILL has no errno',
    ],
    [
      seccomp({ syscalls: [{ names: ['chmod'], action: 'SCMP_ACT_ERRNO', errnoRet: 4096 }] }),
      'linux.seccomp.syscalls[0].errnoRet: 4096 is more than 4095',
    ],
    [seccomp({ architectures: ['SCMP_ARCH_Z80'] }), 'linux.seccomp.architectures[0]: "SCMP_ARCH_Z80" is not one of'],
    [seccomp({ flags: ['TSYNC'] }), 'linux.seccomp.flags[0]: "TSYNC" is not one of SECCOMP_FILTER_FLAG_TSYNC'],
    [
      seccomp({
        syscalls: [{ names: ['a'], action: 'SCMP_ACT_TRAP', args: [{ index: 6, value: 0, op: 'SCMP_CMP_EQ' }] }],
      }),
      'linux.seccomp.syscalls[0].args[0].index: 6 is more than 5',
    ],
    [
      seccomp({ syscalls: [{ names: ['a'], action: 'SCMP_ACT_TRAP', args: [{ index: 0, value: 0, op: 'EQ' }] }] }),
      'linux.seccomp.syscalls[0].args[0].op: "EQ" is not one of',
    ],
  ],
  'seccomp: listenerMetadata MUST NOT be set if listenerPath is not set': [
    [seccomp({ listenerMetadata: 'x' }), 'linux.seccomp.listenerMetadata: means nothing without listenerPath'],
    [
      seccomp({ syscalls: [{ names: ['mkdir'], action: 'SCMP_ACT_NOTIFY' }] }),
      'linux.seccomp.listenerPath: is missing: SCMP_ACT_NOTIFY has to be sent to somebody',
    ],
    [seccomp({ defaultAction: 'SCMP_ACT_NOTIFY', listenerPath: '/s' }), 'linux.seccomp.defaultAction: SCMP_ACT_NOTIFY'],
  ],
  'rootfsPropagation, maskedPaths, readonlyPaths, personality, intelRdt': [
    [linux({ rootfsPropagation: 'master' }), 'linux.rootfsPropagation: "master" is not one of'],
    [linux({ maskedPaths: ['proc/kcore'] }), 'linux.maskedPaths[0]: "proc/kcore" is no absolute path'],
    [linux({ readonlyPaths: ['proc/sys'] }), 'linux.readonlyPaths[0]: "proc/sys" is no absolute path'],
    [linux({ personality: { domain: 'BSD' } }), 'linux.personality.domain: "BSD" is not one of LINUX, LINUX32'],
    [linux({ personality: { domain: 'LINUX', flags: ['X'] } }), 'linux.personality.flags: has more than 0 entries'],
    [linux({ intelRdt: { memBwSchema: 'L3:0=1' } }), 'linux.intelRdt.memBwSchema: has to be one line'],
    [linux({ intelRdt: { closID: '../x' } }), 'linux.intelRdt.closID: is no name of a directory'],
  ],
};

describe('a document that breaks a rule', () => {
  it.each(Object.entries(wrong))('%s', (_sentence, cases) => {
    for (const [fields, problem] of cases) expect(problemsOf(fields)).toEqual([expect.stringContaining(problem)]);
  });

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
