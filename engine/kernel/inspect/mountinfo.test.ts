import { describe, expect, it } from 'vitest';
import { parseMountLine } from './mountinfo';

// The first is the example of proc_pid_mountinfo(5); the overlay's line is Linux 6.18's own, with names put in by hand.
describe('parseMountLine', () => {
  it('reads the example of the manual page', () => {
    const line = '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue';
    expect(parseMountLine(line, 'mnt:1')).toEqual({
      ns: 'mnt:1',
      id: 36,
      parent: 35,
      device: '98:0',
      root: '/mnt1',
      mountPoint: '/mnt2',
      options: ['rw', 'noatime'],
      propagation: { master: 1 },
      fsType: 'ext3',
      source: '/dev/root',
      superOptions: ['rw', 'errors=continue'],
    });
  });

  it('reads several propagation fields, and none', () => {
    const fields = (optional: string) =>
      parseMountLine(`1 2 0:1 / /x rw ${optional}- tmpfs x rw`, 'mnt:1')?.propagation;
    expect(fields('')).toEqual({});
    expect(fields('shared:7 master:3 propagate_from:2 ')).toEqual({ shared: 7, master: 3, propagateFrom: 2 });
    expect(fields('unbindable ')).toEqual({ unbindable: true });
  });

  it('undoes escapes in paths, and keeps a comma inside an option apart from those between options', () => {
    const line =
      '190 188 0:105 / /mnt/a\\040b rw,relatime - overlay o rw,lowerdir=x\\134:y:r\\040s,upperdir=p\\134\\054q,workdir=work,uuid=on';
    const mount = parseMountLine(line, 'mnt:1');
    expect(mount?.mountPoint).toBe('/mnt/a b');
    expect(mount?.superOptions).toEqual(['rw', 'lowerdir=x\\:y:r s', 'upperdir=p\\,q', 'workdir=work', 'uuid=on']);
  });

  it('reads an empty source', () => {
    expect(parseMountLine('1 2 0:1 / /x rw - tmpfs  rw', 'mnt:1')).toMatchObject({
      fsType: 'tmpfs',
      source: '',
      superOptions: ['rw'],
    });
  });

  it.each(['', 'garbage', '36 35 98:0 /mnt1 /mnt2 rw,noatime master:1'])('gives nothing for %j', (line) => {
    expect(parseMountLine(line, 'mnt:1')).toBeNull();
  });
});
