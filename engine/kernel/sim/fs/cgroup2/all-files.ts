/** Every file a cgroup can have; their places in this list are their inode numbers. */
import { cpuFiles, cpuStatFiles, cpusetFiles, memoryFiles, pidsFiles, pressureFiles } from './controller-files';
import { coreFiles } from './core-files';
import type { CgroupFile } from './files';

export { type CgroupFile, hasFile } from './files';

export const allFiles: readonly CgroupFile[] = [
  ...coreFiles,
  ...cpuStatFiles,
  ...pressureFiles,
  ...cpuFiles,
  ...memoryFiles,
  ...pidsFiles,
  ...cpusetFiles,
];
