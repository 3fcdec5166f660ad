/** The filesystems that show what the kernel knows. */
import type { SimKernel } from '../kernel';
import { cgroup2Filesystem } from './cgroup2/super-block';
import { devptsFilesystem } from './devpts/super-block';
import { mqueueFilesystem } from './mqueue/super-block';
import { procFilesystem } from './proc/super-block';
import { sysfsFilesystem } from './sysfs/super-block';

/** In the order in which /proc/filesystems has them. */
export function registerPseudoFilesystems(kernel: SimKernel): void {
  for (const make of [sysfsFilesystem, procFilesystem, cgroup2Filesystem, devptsFilesystem, mqueueFilesystem]) {
    kernel.vfs.registerFilesystem(make(kernel));
  }
}
