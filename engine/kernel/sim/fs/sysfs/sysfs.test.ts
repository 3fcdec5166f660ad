import { describe, expect, it } from 'vitest';
import * as abi from '../../abi';
import { readText } from '../../testing/boot';
import { bootPseudoLab, errnoNow, errnoOf } from '../../testing/pseudo-lab';

describe('sysfs', () => {
  it('shows the devices of the namespace it was mounted in', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      sys.linkAdd({ kind: 'veth', name: 'left', peer: { name: 'right' } });
      const names = sys.readdir('/sys/class/net').map(({ name }) => name);
      const mtu = yield* readText(sys, '/sys/class/net/left/mtu');
      const carrier = yield* errnoOf(() => readText(sys, '/sys/class/net/left/carrier'));
      sys.unshare(abi.CLONE_NEWNET | abi.CLONE_NEWNS);
      const old = sys.readdir('/sys/class/net').length;
      sys.mount('sysfs', '/tmp', 'sysfs', 0);
      return [names.sort(), mtu, carrier, old, sys.readdir('/tmp/class/net').map(({ name }) => name)];
    });
    expect(answer).toEqual([['.', '..', 'left', 'lo', 'right'], '1500\n', 'EINVAL', 5, ['.', '..', 'lo']]);
  });
  it('has nothing made in it', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const created = yield* errnoOf(() => sys.open('/sys/x', abi.O_CREAT | abi.O_WRONLY, 0o644));
      return [created, errnoNow(() => sys.mkdir('/sys/x')), sys.stat('/sys/kernel/fscaps').size];
    });
    expect(answer).toEqual(['EACCES', 'EPERM', 4096]);
  });
});
