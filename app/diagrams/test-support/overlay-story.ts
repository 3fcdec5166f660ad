/** Lesson 1.1: an overlay of two lower layers; a copy-up, a whiteout, a directory made anew, a new file. */
import { applyPatch, type LabState, type Overlay } from '../../../engine/state';
import { add, mount, oneMachine, story } from './build';

const ns = 'mnt:4026532300';
const key = `${ns}/140`;

type Names = Overlay['files'];
const file = (layer: number, size = 6) => ({ layer, kind: 'file' as const, size, inode: 900 + layer });
const directory = (layer: number) => ({ layer, kind: 'directory' as const, size: 60, inode: 800 + layer });
const whiteout = (layer: number) => ({ layer, kind: 'whiteout' as const, size: 0, inode: 700 + layer });
const opaque = (layer: number) => ({ layer, kind: 'opaque' as const, size: 40, inode: 600 + layer });

const atFirst: Names = {
  'base.txt': { from: 2, entries: [file(2, 120)] },
  'common.txt': { from: 1, entries: [file(1), file(2)] },
  etc: { from: 1, entries: [directory(1), directory(2)] },
  'etc/app.conf': { from: 1, entries: [file(1, 44)] },
  'etc/motd': { from: 2, entries: [file(2, 18)] },
  logs: { from: 2, entries: [directory(2)] },
  'logs/old.log': { from: 2, entries: [file(2, 4096)] },
  'top.txt': { from: 1, entries: [file(1)] },
};

function withOverlay(state: LabState, files: Names): LabState {
  const overlay: Overlay = {
    mount: key,
    mountPoint: '/root/merged',
    workdir: '/root/work',
    truncated: false,
    files,
    layers: [
      { role: 'upper', path: '/root/upper' },
      { role: 'lower', path: '/root/lower2' },
      { role: 'lower', path: '/root/lower1' },
    ],
  };
  return applyPatch(state, { overlays: { [key]: overlay } });
}

const change = (names: Names) => (state: LabState) => withOverlay(state, { ...state.overlays[key]?.files, ...names });

export const overlayStory = story('1.1 OverlayFS', oneMachine(), [
  ['mkdir lower1 lower2 upper work merged', (state) => state],
  [
    'mount -t overlay overlay -o lowerdir=lower2:lower1,upperdir=upper,workdir=work merged',
    (state) =>
      withOverlay(
        add(state, {
          mounts: [
            mount(ns, 140, 101, '/root/merged', {
              device: '0:61',
              fsType: 'overlay',
              source: 'overlay',
              propagation: { shared: 31 },
              superOptions: ['rw', 'lowerdir=lower2:lower1', 'upperdir=upper', 'workdir=work'],
            }),
          ],
        }),
        atFirst,
      ),
  ],
  ['echo more >> merged/base.txt', change({ 'base.txt': { from: 0, entries: [file(0, 125), file(2, 120)] } })],
  ['rm merged/common.txt', change({ 'common.txt': { from: null, entries: [whiteout(0), file(1), file(2)] } })],
  [
    'rm -r merged/logs; mkdir merged/logs; touch merged/logs/new.log',
    change({
      logs: { from: 0, entries: [opaque(0), directory(2)] },
      'logs/new.log': { from: 0, entries: [file(0, 0)] },
      'logs/old.log': { from: null, entries: [file(2, 4096)] },
    }),
  ],
  [
    'echo mine > merged/etc/app.conf',
    change({
      etc: { from: 0, entries: [directory(0), directory(1), directory(2)] },
      'etc/app.conf': { from: 0, entries: [file(0, 5), file(1, 44)] },
    }),
  ],
]);
