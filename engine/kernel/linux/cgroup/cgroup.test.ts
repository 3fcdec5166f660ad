import { describe, expect, it } from 'vitest';
import { parseHierarchies } from './hierarchy';
import { limitFiles } from './limits';

const v1 = [
  '30 20 0:26 / /sys/fs/cgroup ro - tmpfs tmpfs ro,mode=755',
  '31 30 0:27 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 - cgroup cgroup rw,cpu,cpuacct',
  '32 30 0:28 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,xattr,release_agent=/lib/agent,name=systemd',
  '33 30 0:29 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate',
  '34 30 0:27 / /mnt/second rw - cgroup cgroup rw,cpu,cpuacct',
  '35 30 0:27 /docker/x /mnt/part rw - cgroup cgroup rw,cpu,cpuacct',
].join('\n');
const limits = { pids: 100, memoryBytes: 1000, cpus: 0.5, diskBytes: 24 };

describe('cgroup hierarchies', () => {
  it('are found in mountinfo, each once', () => {
    expect(parseHierarchies(v1, () => ['hugetlb'])).toEqual([
      {
        version: 1,
        mountPoint: '/sys/fs/cgroup/cpu,cpuacct',
        name: 'cpu,cpuacct',
        controllers: ['cpu', 'cpuacct'],
        options: 'cpu,cpuacct',
      },
      { version: 1, mountPoint: '/sys/fs/cgroup/systemd', name: 'systemd', controllers: [], options: 'name=systemd' },
      { version: 2, mountPoint: '/sys/fs/cgroup/unified', name: 'unified', controllers: ['hugetlb'], options: '' },
    ]);
  });

  it('of version 2 alone have no name of their own', () => {
    const [only] = parseHierarchies('31 30 0:27 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw', () => [
      'cpu',
      'memory',
      'pids',
    ]);
    expect(only).toMatchObject({ version: 2, name: '', controllers: ['cpu', 'memory', 'pids'] });
  });
});

describe('limits', () => {
  it('are written in the words of version 2', () => {
    const hierarchy = {
      version: 2 as const,
      mountPoint: '',
      name: '',
      controllers: ['cpu', 'memory', 'pids'],
      options: '',
    };
    expect(limitFiles(hierarchy, limits)).toEqual([
      ['pids.max', '100'],
      ['memory.max', '1024'],
      ['memory.swap.max', '0'],
      ['cpu.max', '50000 100000'],
    ]);
  });

  it('are written in the words of version 1', () => {
    const hierarchy = {
      version: 1 as const,
      mountPoint: '',
      name: '',
      controllers: ['cpu', 'memory', 'pids'],
      options: '',
    };
    expect(limitFiles(hierarchy, limits)).toEqual([
      ['pids.max', '100'],
      ['memory.limit_in_bytes', '1024'],
      ['memory.memsw.limit_in_bytes', '1024'],
      ['cpu.cfs_period_us', '100000'],
      ['cpu.cfs_quota_us', '50000'],
    ]);
    expect(limitFiles({ ...hierarchy, controllers: ['freezer'] }, limits)).toEqual([]);
  });
});
