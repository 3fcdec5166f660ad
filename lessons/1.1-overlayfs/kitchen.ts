/** What the tasks of this lesson share: the learner's names, and the overlays they look at. */
import { machineNamespace, type Overlay, overlayAt } from '../../engine/state';
import { answerIn } from '../answers';
import type { LabHandle } from '../lab';
import type { Picker } from '../vars';

/** The learner's names and values. A type, not an interface: only a type is assignable to `Vars`. */
export type Names = {
  /** In lower and in upper. */
  both: string;
  /** In lower only; copied up, then renamed. */
  only: string;
  grams: string;
  renamed: string;
  /** In lower only; deleted. */
  doomed: string;
  /** A file of the image that several layers have, and the layer that wins. */
  contested: string;
  winner: string;
  /** A directory of the image with three files in it. */
  folder: string;
};

export function pickNames(pick: Picker): Names {
  return {
    both: pick.of(['soup.txt', 'bread.txt', 'stew.txt', 'cake.txt']),
    only: pick.of(['salt.txt', 'pepper.txt', 'thyme.txt', 'ginger.txt']),
    grams: String(pick.int(11, 98)),
    renamed: pick.of(['pinch.txt', 'spice.txt', 'taste.txt']),
    doomed: pick.of(['onion.txt', 'leek.txt', 'fennel.txt', 'radish.txt']),
    contested: pick.of(['limits.conf', 'locale.conf', 'colours.conf']),
    winner: pick.of(['runtime', 'app']),
    folder: pick.of(['cache', 'manuals', 'samples']),
  };
}

export const home = '/root';
export const imageLayers = ['app', 'runtime', 'base'].map((layer) => `${home}/image/${layer}`);

export function overlayOn(lab: LabHandle, mountPoint: string): Overlay | undefined {
  const ns = machineNamespace(lab.state, 'lab', 'mnt');
  return ns && overlayAt(lab.state, ns, mountPoint);
}

/** First word of a file in the learner's home, in lower case; null when the file is missing or empty. */
export async function guessIn(lab: LabHandle, name: string): Promise<string | null> {
  return (await answerIn(lab, `${home}/${name}`))?.toLowerCase().split(/\s+/)[0] ?? null;
}

export async function exists(lab: LabHandle, path: string): Promise<boolean> {
  return (await lab.files().stat(path)) !== null;
}

export function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index]);
}
