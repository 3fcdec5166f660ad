/** sysfs (sysfs(5)): what there is of devices here. The network devices are those of the mounter's network namespace. */
import type { SimKernel } from '../../kernel';
import type { NetNamespace } from '../../net/types';
import { type FilesystemType, type FsUsage, type MountRequest, SuperBlock } from '../../vfs/super-block';
import { demandAdministrator, demandFullyVisible, refuseOptions } from '../proc/visible';
import { DeviceDirectories, DeviceLinks } from './net-devices';
import { directory, Made, type SysDirectory, type SysTree } from './node';

const sysfsMagic = 0x62656572;

export class SysfsSuperBlock extends SuperBlock {
  override readonly type = 'sysfs';
  readonly blockBytes = 4096;
  override readonly root: SysDirectory;

  constructor(
    readonly kernel: SimKernel,
    { device, task }: MountRequest,
  ) {
    super(device, task.ns.net.owner ?? kernel.namespaces.initial.user);
    this.root = directory(this, treeOf(task.ns.net), 0o555);
  }

  override usage(): FsUsage {
    return { blockSize: 4096, blocks: 0, free: 0, files: 0, filesFree: 0, magic: sysfsMagic };
  }
}

function treeOf(ns: NetNamespace): SysTree {
  return {
    block: {},
    bus: { cpu: {}, workqueue: {} },
    class: { block: {}, mem: {}, misc: {}, net: new Made((sb) => new DeviceLinks(sb, ns)), tty: {} },
    dev: { block: {}, char: {} },
    devices: {
      system: {
        cpu: {
          cpu0: {},
          enabled: '',
          isolated: '',
          kernel_max: '8191',
          offline: '',
          online: '0',
          possible: '0',
          present: '0',
        },
        node: { has_cpu: '0', has_memory: '0', has_normal_memory: '0', online: '0', possible: '0' },
      },
      virtual: { mem: {}, misc: {}, net: new Made((sb) => new DeviceDirectories(sb, ns)), tty: {} },
    },
    firmware: {},
    fs: { bpf: {}, cgroup: {}, fuse: { connections: {} }, pstore: {} },
    kernel: {
      address_bits: '64',
      cgroup: {
        delegate: [
          'cgroup.procs',
          'cgroup.threads',
          'cgroup.subtree_control',
          'memory.oom.group',
          'memory.reclaim',
        ].join('\n'),
        features: ['nsdelegate', 'favordynmods', 'memory_localevents', 'memory_recursiveprot', 'pids_localevents'].join(
          '\n',
        ),
      },
      cpu_byteorder: 'little',
      debug: {},
      fscaps: '1',
      mm: { transparent_hugepage: { enabled: 'always [madvise] never' } },
      profiling: '0',
      security: {},
      tracing: {},
      uevent_seqnum: '0',
    },
    module: { bridge: {}, nf_conntrack: {}, overlay: {}, veth: {} },
    power: {},
  };
}

export function sysfsFilesystem(kernel: SimKernel): FilesystemType {
  return {
    name: 'sysfs',
    userns: true,
    mount: (request) => {
      refuseOptions(request);
      demandAdministrator(request, request.task.ns.net.owner);
      demandFullyVisible(request, 'sysfs');
      return new SysfsSuperBlock(kernel, request);
    },
  };
}
