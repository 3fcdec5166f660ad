import { describe, expect, it } from 'vitest';
import { parseOverlayOptions } from './overlay-options';

describe('parseOverlayOptions', () => {
  it('reads layers as typed, topmost first', () => {
    expect(parseOverlayOptions(['rw', 'lowerdir=/l1:l2', 'upperdir=up', 'workdir=work', 'uuid=on'])).toEqual({
      lower: ['/l1', 'l2'],
      upper: 'up',
      work: 'work',
      userXattr: false,
    });
  });

  it('undoes escapes of colons and commas', () => {
    const options = parseOverlayOptions(['lowerdir=x\\:y:z\\\\', 'upperdir=p\\,q', 'workdir=w']);
    expect(options.lower).toEqual(['x:y', 'z\\']);
    expect(options.upper).toBe('p,q');
  });

  it('reads one layer an option, as fsconfig gives them, and leaves data-only layers out', () => {
    expect(parseOverlayOptions(['lowerdir+=/a:b', 'lowerdir+=/c', 'datadir+=/d', 'userxattr'])).toMatchObject({
      lower: ['/a:b', '/c'],
      userXattr: true,
    });
    expect(parseOverlayOptions(['lowerdir=/a:/b::/data']).lower).toEqual(['/a', '/b']);
  });
});
