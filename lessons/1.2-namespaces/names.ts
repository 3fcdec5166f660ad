import { type NamespaceKind, namespaceKinds } from '../../engine/state';
import type { Picker } from '../vars';
import { flagOf } from './lodger';
import { symptoms } from './symptoms';

/** The learner's names and values. */
export type Names = {
  /** The lodger's two kinds, and what unshare(1) calls them. Never the pair of the task `apart`, uts and ipc. */
  first: string;
  firstFlag: string;
  second: string;
  secondFlag: string;
  /** Host name of the namespace that is kept without a process. */
  lighthouse: string;
  /** Host name of the challenge. */
  cabin: string;
  /** The symptoms in the learner's order, a line each, and the kinds that explain them. */
  symptoms: string;
  answers: string;
};

export function pickNames(pick: Picker): Names {
  const first = pick.of(['net', 'mnt']);
  const second = pick.of(['uts', 'ipc', 'cgroup']);
  const order = pick.some(namespaceKinds, namespaceKinds.length).filter(isKind);
  return {
    first,
    firstFlag: flagOf(first),
    second,
    secondFlag: flagOf(second),
    lighthouse: `${pick.of(['skerry', 'fastnet', 'eddystone', 'longstone'])}-${pick.int(10, 99)}`,
    cabin: `${pick.of(['birch', 'larch', 'rowan', 'alder'])}-${pick.int(10, 99)}`,
    symptoms: order.map((kind, index) => `${index + 1}. ${symptoms[kind]}`).join('\n'),
    answers: order.join(' '),
  };
}

function isKind(text: string): text is NamespaceKind {
  return namespaceKinds.some((kind) => kind === text);
}
