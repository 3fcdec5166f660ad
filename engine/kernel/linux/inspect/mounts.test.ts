import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LabState, madeNamespaces, mountAt, mountsIn } from '../../../state';
import { ScratchMachine, whyNoScratchMachines } from './scratch-machine';

const reason = whyNoScratchMachines();
if (reason) console.warn(`skipped: mounts of the real kernel (${reason})`);

describe.skipIf(reason)('mounts of a lab', () => {
  let lab: ScratchMachine;
  const own = (state: LabState) => state.machines.lab?.namespaces.mnt ?? 'mnt:0';
  const at = (path: string) => (state: LabState) => mountAt(state, own(state), path);
  beforeEach(async () => {
    lab = await ScratchMachine.start();
  });
  afterEach(() => lab.dispose());

  it('shows a mount and that it is gone', async () => {
    await lab.run('mkdir "a b" && mount -t tmpfs -o size=1m thing "a b"');
    const mount = await lab.until(at('/mnt/a b'));
    expect(mount).toMatchObject({ fsType: 'tmpfs', source: 'thing', root: '/', propagation: {} });
    await lab.run('umount "a b"');
    await lab.until((state) => !at('/mnt/a b')(state));
  });

  it('shows shared, slave and unbindable mounts, and a peer in another namespace', async () => {
    await lab.run(
      'mkdir s u && mount -t tmpfs s s && mount --make-shared s && mount -t tmpfs u u && mount --make-unbindable u',
    );
    const shared = await lab.until((state) => at('/mnt/s')(state)?.propagation.shared && at('/mnt/s')(state));
    expect((await lab.until(at('/mnt/u'))).propagation).toEqual({ unbindable: true });
    await lab.run('unshare -m --propagation slave sleep 1000 & echo');
    const slave = await lab.until((state) => {
      const other = madeNamespaces(state, 'mnt')[0];
      return other && mountAt(state, other.id, '/mnt/s');
    });
    expect(slave.propagation.master).toBe(shared.propagation.shared);
  });

  it('shows that only the propagation of a mount changed', async () => {
    await lab.run('mkdir p && mount -t tmpfs p p && mount --make-private p');
    await lab.until(at('/mnt/p'));
    // Whatever was still to be told of the mount itself has been told by now.
    await lab.observer.inspect();
    for (const [option, fields] of [
      ['shared', 'shared'],
      ['unbindable', 'unbindable'],
      ['private', ''],
    ]) {
      await lab.run(`mount --make-${option} p`);
      await lab.until((state) => Object.keys(at('/mnt/p')(state)?.propagation ?? { none: 0 }).join() === fields);
      await lab.observer.inspect();
    }
  });

  it('shows the mounts of every mount namespace as seen from its root', async () => {
    await lab.run('unshare -m bash -c "mount -t tmpfs inner /media; exec sleep 1000" & echo');
    const made = await lab.until((state) => {
      const other = madeNamespaces(state, 'mnt')[0];
      return other && mountAt(state, other.id, '/media') && other;
    });
    expect(at('/media')(lab.observer.state)).toBeUndefined();
    expect(mountsIn(lab.observer.state, made.id).length).toBeGreaterThan(3);
  });

  it('takes a part of very many, and leaves room for those of other namespaces', async () => {
    // Shared and bound into itself, the number doubles each time.
    await lab.run('mkdir b && mount -t tmpfs b b && mount --make-shared b && mkdir b/b');
    await lab.run('for i in $(seq 15); do mount --bind b b/b; done');
    const count = Number(await lab.run('wc -l < /proc/self/mountinfo'));
    expect(count).toBeGreaterThan(30_000);
    const taken = await lab.until((state) => Object.keys(state.mounts).length >= 10_000 && mountsIn(state, own(state)));
    expect(taken.length).toBe(10_000);
    await lab.run('unshare -m --propagation private sleep 1000 & echo');
    const other = await lab.until((state) => madeNamespaces(state, 'mnt')[0]);
    expect(mountsIn(lab.observer.state, other.id).length).toBe(100);
    expect(lab.stats.failures).toBe(0);
    // A busy machine copies so many mounts for seconds, and a scan as dear as that is followed by a long pause.
  }, 180_000);

  it('holds nothing that keeps a mount from being unmounted', async () => {
    for (let i = 0; i < 20; i++) {
      await lab.run('mkdir -p t && mount -t tmpfs t t && mkdir t/l t/u t/w t/m && touch t/l/x');
      await lab.run('mount -t overlay o -o lowerdir=t/l,upperdir=t/u,workdir=t/w t/m && echo 1 > t/m/x && rm t/m/x');
      await lab.run('umount t/m && umount t');
    }
    await lab.until((state) => !at('/mnt/t')(state));
  });

  it('lets go of the old root after pivot_root', async () => {
    const small =
      'mkdir b && mount --bind / b && cd b && pivot_root . mnt && cd / && mount -t proc proc /proc && umount -l /mnt';
    const root =
      'mount -t tmpfs r /srv && cd /srv && mkdir old usr proc && ln -s usr/bin usr/sbin usr/lib usr/lib64 . && mount --bind /usr usr';
    await lab.run(
      `unshare -m bash -c "${small} && ${root} && mount -t proc proc proc && pivot_root . old && exec chroot . sleep 1000" & echo`,
    );
    const made = await lab.until((state) => {
      const other = madeNamespaces(state, 'mnt')[0];
      return other && mountAt(state, other.id, '/old') && other;
    });
    expect(mountAt(lab.observer.state, made.id, '/')?.source).toBe('r');
    // Not with -l: a descriptor of ours on the old root would make it fail.
    await lab.run('nsenter -m -t $! umount /old/proc && nsenter -m -t $! umount /old');
    await lab.until((state) => !mountAt(state, made.id, '/old'));
  });
});
