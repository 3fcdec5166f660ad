import { describe, expect, it } from 'vitest';
import * as abi from '../../kernel';
import { mountOptionWords, readMountOptions } from './mount-options';

const read = (...options: string[]) => readMountOptions({ type: 'tmpfs', options });

describe('the words of mount options', () => {
  it('become flags, and the rest is the filesystem’s', () => {
    expect(read('nosuid', 'strictatime', 'mode=755', 'size=65536k', 'defaults')).toMatchObject({
      flags: abi.MS_NOSUID | abi.MS_STRICTATIME,
      clear: 0,
      data: 'mode=755,size=65536k',
    });
  });

  it('win over those before them', () => {
    expect(read('ro', 'rw', 'noexec')).toMatchObject({ flags: abi.MS_NOEXEC, clear: abi.MS_RDONLY });
    expect(read('rw', 'ro')).toMatchObject({ flags: abi.MS_RDONLY, clear: 0 });
  });

  it('keep propagation apart, in order', () => {
    expect(read('rprivate', 'shared', 'ro')).toMatchObject({
      flags: abi.MS_RDONLY,
      propagation: [abi.MS_PRIVATE | abi.MS_REC, abi.MS_SHARED],
    });
  });

  it('name a bind mount, as the type does', () => {
    expect(read('rbind').flags).toBe(abi.MS_BIND | abi.MS_REC);
    expect(readMountOptions({ type: 'bind' }).flags).toBe(abi.MS_BIND);
  });

  it('become attributes for a whole tree, the access time as one field', () => {
    expect(read('rro', 'rnosuid', 'rexec').recursive).toEqual({
      set: abi.MOUNT_ATTR_RDONLY | abi.MOUNT_ATTR_NOSUID,
      clear: abi.MOUNT_ATTR_NOEXEC,
    });
    expect(read('rnoatime').recursive).toEqual({ set: abi.MOUNT_ATTR_NOATIME, clear: abi.MOUNT_ATTR__ATIME });
    expect(read('rnoatime', 'rstrictatime').recursive).toEqual({
      set: abi.MOUNT_ATTR_STRICTATIME,
      clear: abi.MOUNT_ATTR__ATIME,
    });
    expect(read('rnoatime', 'rrelatime').recursive).toEqual({ set: 0, clear: abi.MOUNT_ATTR__ATIME });
    expect(read('rro', 'rrw').recursive).toEqual({ set: 0, clear: abi.MOUNT_ATTR_RDONLY });
  });

  it('ask for what no flag says', () => {
    expect(read('tmpcopyup', 'idmap')).toMatchObject({ copiesUp: true, idmap: 'mount', data: '' });
    expect(read('ridmap').idmap).toBe('tree');
    expect(read('x-systemd.automount', '_netdev', 'nofail', '', 'gid=5').data).toBe('gid=5');
  });

  it('are at least those the specification’s table has', () => {
    const table =
      'async atime bind defaults dev diratime dirsync exec iversion lazytime loud mand noatime nodev nodiratime noexec ' +
      'noiversion nolazytime nomand norelatime nostrictatime nosuid nosymfollow private ratime rbind rdev rdiratime ' +
      'relatime remount rexec rnoatime rnodiratime rnoexec rnorelatime rnostrictatime rnosuid rnosymfollow ro rprivate ' +
      'rrelatime rro rrw rshared rslave rstrictatime rsuid rsymfollow runbindable rw shared silent slave strictatime ' +
      'suid symfollow sync tmpcopyup unbindable idmap ridmap';
    expect(mountOptionWords).toEqual(expect.arrayContaining(table.split(' ')));
    for (const word of mountOptionWords) expect(read(word).data, word).toBe('');
  });
});
