/**
 * What a document has to obey, sentence by sentence of config-linux.md (OCI runtime-spec 1.2). What a rule needs the machine for
 * (a namespace file's type, a mount's source) is not here.
 */
import { describe, expect, it } from 'vitest';
import { type Broken, ids, linux, problemsOf, resources, seccomp, user, uts } from './testing/documents';

const broken: Broken = {
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

describe('a document that breaks a rule of config-linux.md', () => {
  it.each(Object.entries(broken))('%s', (_sentence, cases) => {
    for (const [fields, problem] of cases) expect(problemsOf(fields)).toEqual([expect.stringContaining(problem)]);
  });
});
