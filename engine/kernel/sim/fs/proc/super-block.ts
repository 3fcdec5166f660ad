/** proc (proc(5)): the processes of one pid namespace, and what the kernel tells and lets be set. */
import { SysError } from '../../abi/errno';
import type { SimKernel } from '../../kernel';
import { fromKernelId } from '../../ns/id-map';
import type { PidNamespace } from '../../ns/namespace';
import {
  type FilesystemType,
  type FsUsage,
  type MountRequest,
  type RemountContext,
  SuperBlock,
} from '../../vfs/super-block';
import { idFromText } from './ids';
import { ProcRoot } from './root';
import { demandAdministrator, demandFullyVisible } from './visible';

const procMagic = 0x9fa0;
const hideNames = ['off', 'noaccess', 'invisible', '', 'ptraceable'];

export class ProcSuperBlock extends SuperBlock {
  override readonly type = 'proc';
  readonly blockBytes = 1024;
  override readonly root: ProcRoot;
  readonly pidNs: PidNamespace;
  /** 1: directories of others' processes are closed; 2: and not seen; 4: only what one may trace. */
  hidePid = 0;
  /** Members see everything. */
  hideGid: number | null = null;
  onlyPids = false;

  constructor(
    readonly kernel: SimKernel,
    { device, task, data }: MountRequest,
  ) {
    super(device, task.ns.pid.owner ?? task.cred.user);
    this.pidNs = task.ns.pid;
    this.#parse(data, (text) => idFromText(text, 'gid', task.cred));
    this.root = new ProcRoot(this);
  }

  override options(): string[] {
    const options: string[] = [];
    if (this.hideGid !== null) options.push(`gid=${fromKernelId(this.userns, 'gid', this.hideGid) ?? this.hideGid}`);
    if (this.hidePid !== 0) options.push(`hidepid=${hideNames[this.hidePid]}`);
    if (this.onlyPids) options.push('subset=pid');
    return options;
  }
  override remount(data: string, context?: RemountContext): void {
    this.#parse(data, (text) => idFromText(text, 'gid', context?.task.cred ?? null));
  }
  override usage(): FsUsage {
    return { blockSize: 4096, blocks: 0, free: 0, files: 0, filesFree: 0, magic: procMagic };
  }

  #parse(data: string, gid: (text: string) => number): void {
    for (const option of data.split(',')) {
      const [name = '', value = ''] = option.split('=');
      if (name === '') continue;
      if (name === 'gid') this.hideGid = gid(value);
      else if (name === 'hidepid') this.hidePid = hidePidOf(value);
      else if (name === 'subset' && value === 'pid') this.onlyPids = true;
      else throw new SysError('EINVAL');
    }
  }
}

function hidePidOf(value: string): number {
  const number = /^\d$/.test(value) ? Number(value) : hideNames.indexOf(value);
  if (value === '' || ![0, 1, 2, 4].includes(number)) throw new SysError('EINVAL');
  return number;
}

export function procFilesystem(kernel: SimKernel): FilesystemType {
  return {
    name: 'proc',
    userns: true,
    mount: (request) => {
      demandAdministrator(request, request.task.ns.pid.owner);
      demandFullyVisible(request, 'proc');
      return new ProcSuperBlock(kernel, request);
    },
  };
}
