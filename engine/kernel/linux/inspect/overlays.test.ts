import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LabState, type Overlay, overlayAt } from '../../../state';
import { ScratchMachine, whyNoScratchMachines } from './scratch-machine';

const reason = whyNoScratchMachines();
if (reason) console.warn(`skipped: overlays of the real kernel (${reason})`);

const layers = `
mkdir -p l1/d l1/gone l2/d l2/hidden up work merged
echo one > l1/a; echo one > l1/d/x; echo one > l1/gone/g; echo 1 > l1/only1
echo two > l2/a; echo two > l2/d/y; echo two > l2/hidden/h; echo 2 > l2/only2; ln -s a l2/link`;

describe.skipIf(reason)('overlays of a lab', () => {
  let lab: ScratchMachine;
  const merged = (state: LabState) => overlayAt(state, state.machines.lab?.namespaces.mnt ?? 'mnt:0', '/mnt/o/merged');
  beforeEach(async () => {
    lab = await ScratchMachine.start();
    await lab.run('mkdir o && cd o');
    await lab.run(layers);
  });
  afterEach(() => lab.dispose());

  const mount = () => lab.run('mount -t overlay overlay -o lowerdir=l1:l2,upperdir=up,workdir=work merged');
  const untilFile = (name: string, test: (file: Overlay['files'][string] | undefined) => boolean) =>
    lab.until((state) => {
      const overlay = merged(state);
      return overlay && test(overlay.files[name]) && overlay;
    });

  it('finds layers typed as relative paths, and says which layer each name comes from', async () => {
    await mount();
    const overlay = await untilFile('a', (file) => file !== undefined);
    expect(overlay.layers).toEqual([
      { role: 'upper', path: '/mnt/o/up' },
      { role: 'lower', path: '/mnt/o/l1' },
      { role: 'lower', path: '/mnt/o/l2' },
    ]);
    expect(overlay.workdir).toBe('/mnt/o/work');
    expect(overlay.files.a?.from).toBe(1);
    expect(overlay.files.a?.entries.map(({ layer, size }) => [layer, size])).toEqual([
      [1, 4],
      [2, 4],
    ]);
    expect(overlay.files['d/y']?.from).toBe(2);
    expect(overlay.files.link?.entries[0]?.kind).toBe('symlink');
    expect(overlay.truncated).toBe(false);
  });

  it('sees copy-up, whiteouts and opaque directories as they happen', async () => {
    await mount();
    await untilFile('a', (file) => file?.from === 1);
    await lab.run('echo more >> merged/a');
    await untilFile('a', (file) => file?.from === 0 && file.entries[0]?.size === 9);
    await lab.run('echo again >> merged/a');
    await untilFile('a', (file) => file?.entries[0]?.size === 15);
    await lab.run('rm merged/only2');
    const removed = await untilFile('only2', (file) => file?.from === null);
    expect(removed.files.only2?.entries.map(({ kind }) => kind)).toEqual(['whiteout', 'file']);
    await lab.run('rm -r merged/hidden && mkdir merged/hidden && touch merged/hidden/new');
    const opaque = await untilFile('hidden/new', (file) => file?.from === 0);
    expect(opaque.files.hidden?.entries.map(({ kind }) => kind)).toEqual(['opaque', 'directory']);
    expect(opaque.files['hidden/h']?.from).toBeNull();
    await lab.run('umount merged');
    await lab.until((state) => !merged(state));
  });

  it('agrees with what the kernel shows in the merged directory', async () => {
    await mount();
    await lab.run(
      'rm merged/only1; rm -r merged/gone; echo up > merged/d/x; mkdir -p merged/n/m; mv merged/d/y merged/n/m/z',
    );
    await lab.run('rm -r merged/hidden; mkdir merged/hidden; touch merged/hidden/fresh; ln merged/a merged/hard');
    await untilFile('hard', (file) => file?.from === 0);
    const overlay = await lab.until(async () => merged(await lab.observer.inspect()));
    const shown = (await overlay) ?? { files: {} };
    const root = `/proc/${lab.observer.state.machines.lab?.initPid}/root/mnt/o/merged`;
    const real = readdirSync(root, { recursive: true }).map(String).sort();
    const visible = Object.entries(shown.files).filter(([, { from }]) => from !== null);
    expect(visible.map(([name]) => name).sort()).toEqual(real);
    for (const [name, { from, entries }] of visible) {
      const file = lstatSync(`${root}/${name}`);
      const entry = entries.find(({ layer }) => layer === from);
      expect(`${name} ${entry?.kind === 'directory' || entry?.kind === 'opaque'}`).toBe(
        `${name} ${file.isDirectory()}`,
      );
      if (file.isFile()) expect(entry?.size).toBe(readFileSync(`${root}/${name}`).length);
    }
  });

  it('reads names with colons, commas and blanks, and many lowers', async () => {
    await lab.run(
      'mkdir "x:y" "p,q" "r s"; touch "x:y/colon" "p,q/comma" "r s/blank"; for i in $(seq 20); do mkdir n$i; touch n$i/f$i; done',
    );
    await lab.run('mount -t overlay o -o "lowerdir=x\\:y:r s:$(seq -s: -f n%g 20)" merged');
    const overlay = await untilFile('f20', (file) => file !== undefined);
    expect(overlay.layers.slice(0, 2)).toEqual([
      { role: 'lower', path: '/mnt/o/x:y' },
      { role: 'lower', path: '/mnt/o/r s' },
    ]);
    expect(overlay.files.colon?.from).toBe(0);
    expect(overlay.files.blank?.from).toBe(1);
    expect(overlay.files.f20?.from).toBe(21);
    await lab.run('umount merged; mount -t overlay o -o "lowerdir=l1,upperdir=p\\,q,workdir=work" merged');
    await untilFile('comma', (file) => file?.from === 0);
  });

  it('says so when there is more than it lists', async () => {
    await lab.run('mkdir big && (cd big && touch $(seq 700)) && mount -t overlay o -o lowerdir=big:l1 merged');
    const overlay = await untilFile('1', (file) => file !== undefined);
    expect(overlay.truncated).toBe(true);
    expect(Object.keys(overlay.files).length).toBe(500);
  });
});
