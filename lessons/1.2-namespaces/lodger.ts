/** The lodger: a process that the setup starts with two namespaces of its own. The learner finds and visits it. */
import { kindsApart, type NamespaceKind, namespaceKinds, type Process } from '../../engine/state';
import type { LabHandle } from '../lab';

export function lodger(lab: LabHandle): Process | undefined {
  return Object.values(lab.state.processes).find((process) => process.command === 'lodger');
}

export function lodgersKinds(lab: LabHandle): NamespaceKind[] {
  const process = lodger(lab);
  return process ? kindsApart(lab.state, process) : [];
}

/** Every process of the Machine but the lodger, with the kinds in which it lives apart. */
export function others(lab: LabHandle): Array<{ process: Process; apart: NamespaceKind[] }> {
  return Object.values(lab.state.processes)
    .filter((process) => process.command !== 'lodger')
    .map((process) => ({ process, apart: kindsApart(lab.state, process) }));
}

/** How many of the lodger's own namespaces the most successful visitor is in. */
export function bestVisit(lab: LabHandle): number {
  const host = lodger(lab);
  if (!host) return 0;
  const kinds = lodgersKinds(lab);
  const visits = others(lab).map(
    ({ process }) => kinds.filter((kind) => process.namespaces[kind] === host.namespaces[kind]).length,
  );
  return Math.max(0, ...visits);
}

/** Names of namespace kinds in a text, in its order; `mount`, `network` and the like are understood. */
export function kindsIn(text: string): NamespaceKind[] {
  const words = text.toLowerCase().match(/[a-z]+/g) ?? [];
  return words.flatMap((word) => {
    const kind = namespaceKinds.find((one) => one === (synonyms[word] ?? word));
    return kind ? [kind] : [];
  });
}

const synonyms: Readonly<Record<string, string>> = { mount: 'mnt', network: 'net' };

/** What unshare(1) and nsenter(1) call a kind. */
export function flagOf(kind: string): string {
  return kind === 'mnt' ? 'mount' : kind;
}
