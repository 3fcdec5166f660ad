/**
 * Calls of CNI plugins as conversations: what a runtime asks of a network for one container is one operation, the plugins of
 * the network's list in order, and within each the plugins it delegates to (CNI spec, sections 2, 3 and 4).
 */
import { type CniCall, pluginType } from '../../../engine/state';
import { groupBy } from '../model/group';
import { type EntityRef, type Mark, refOf, type Scene } from '../model/scene';
import { type AttachmentNode, attachmentNodes } from './attachments';
import { type CniError, errorName, errorOf } from './errors';
import { objectsIn, stringIn, stringsIn, textsOf } from './json';

export interface CallNode {
  ref: EntityRef;
  call: CniCall;
  plugin: string;
  /** It was given the result of the plugins before it. */
  chained: boolean;
  outcome: 'ok' | 'error' | 'running';
  /** What came back, in a few words: addresses, `ok`, `error 11`. */
  answer: string;
  error: CniError | null;
  /** Calls it made itself. */
  delegates: CallNode[];
  mark?: Mark;
}

export interface Operation {
  ref: EntityRef;
  command: string;
  /** Empty where the command has none. */
  network: string;
  container: string;
  ifname: string;
  calls: CallNode[];
  /** All calls, also the delegated ones. */
  count: number;
  /** The executables that take part, in the order in which they are first called. */
  plugins: string[];
  outcome: CallNode['outcome'];
  answer: string;
  mark?: Mark;
}

export interface CallLog {
  machine: string;
  /** Newest first. */
  operations: Operation[];
  /** Older operations that are not listed. */
  more: number;
  attachments: AttachmentNode[];
}

/** Operations listed of one Machine. */
const maxOperations = 40;

export function callLogs(scene: Scene): CallLog[] {
  const attachments = attachmentNodes(scene);
  const byMachine = groupBy(Object.entries(scene.after.cniCalls), ([, { machine }]) => machine);
  const names = new Set([...scene.machines, ...Object.keys(scene.after.machines), ...byMachine.keys()]);
  return [...names].flatMap((machine) => {
    const calls = byMachine.get(machine) ?? [];
    const own = attachments.filter(({ attachment }) => attachment.machine === machine);
    if (calls.length === 0 && own.length === 0) return [];
    const groups = operationGroups(calls).reverse();
    return [
      {
        machine,
        operations: groups.slice(0, maxOperations).map((group) => operationOf(scene, group)),
        more: Math.max(0, groups.length - maxOperations),
        attachments: own,
      },
    ];
  });
}

type Entry = readonly [key: string, call: CniCall];

interface Group {
  /** Calls of the runtime, in order. */
  calls: Entry[];
  delegates: ReadonlyMap<number, Entry[]>;
}

/** Cuts the calls of a Machine into operations, oldest first. */
function operationGroups(calls: readonly Entry[]): Group[] {
  const ordered = calls.toSorted(([, a], [, b]) => a.number - b.number);
  const numbers = new Set(ordered.map(([, { number }]) => number));
  // Only the newest records are kept: the caller of an old one may be gone. A plugin is older than those it calls.
  const callerOf = ({ parent, number }: CniCall) =>
    parent !== null && parent < number && numbers.has(parent) ? parent : null;
  const byCaller = groupBy(ordered, ([, call]) => callerOf(call));
  const delegates = new Map([...byCaller].flatMap(([caller, made]) => (caller === null ? [] : [[caller, made]])));
  const groups: Group[] = [];
  for (const entry of byCaller.get(null) ?? []) {
    const last = groups.at(-1);
    if (last && goesOn(last, entry[1])) last.calls.push(entry);
    else groups.push({ calls: [entry], delegates });
  }
  return groups;
}

/** Whether a call belongs to the operation of those before it: of the same thing, and not the beginning of a list again. */
function goesOn({ calls }: Group, next: CniCall): boolean {
  const last = calls.at(-1)?.[1];
  if (!last || subjectOf(last) !== subjectOf(next)) return false;
  if (next.command === 'ADD') return isChained(next) && last.exitCode === 0;
  return calls.every(([, { plugin }]) => plugin !== next.plugin);
}

const isChained = (call: CniCall) => textsOf(call).stdin?.prevResult !== undefined;

function subjectOf(call: CniCall): string {
  const { CNI_CONTAINERID, CNI_IFNAME } = call.environment;
  return JSON.stringify([call.command, CNI_CONTAINERID, CNI_IFNAME, stringIn(textsOf(call).stdin, 'name')]);
}

function operationOf(scene: Scene, { calls, delegates }: Group): Operation {
  const nodes = calls.map((entry) => callNode(scene, entry, delegates));
  const all = nodes.flatMap(withDelegates);
  const [first] = nodes;
  const telling =
    nodes.find(({ outcome }) => outcome === 'error') ??
    nodes.find(({ outcome }) => outcome === 'running') ??
    nodes.at(-1);
  return {
    ref: `${first?.ref ?? ''}#operation`,
    command: first?.call.command ?? '',
    network: first ? (stringIn(textsOf(first.call).stdin, 'name') ?? '') : '',
    container: first?.call.environment.CNI_CONTAINERID ?? '',
    ifname: first?.call.environment.CNI_IFNAME ?? '',
    calls: nodes,
    count: all.length,
    plugins: [...new Set(all.map(({ call }) => call.plugin))],
    outcome: telling?.outcome ?? 'ok',
    answer: telling?.answer ?? '',
    mark: first?.mark ?? all.find(({ mark }) => mark)?.mark,
  };
}

export const withDelegates = (node: CallNode): CallNode[] => [node, ...node.delegates.flatMap(withDelegates)];

function callNode(scene: Scene, [key, call]: Entry, delegates: Group['delegates']): CallNode {
  const error = errorOf(call);
  return {
    ref: refOf('cniCalls', key),
    call,
    plugin: pluginType(call),
    chained: isChained(call),
    outcome: call.exitCode === null ? 'running' : error ? 'error' : 'ok',
    answer: error ? errorName(error) : answerOf(call),
    error,
    delegates: (delegates.get(call.number) ?? []).map((child) => callNode(scene, child, delegates)),
    mark: scene.mark('cniCalls', key),
  };
}

function answerOf(call: CniCall): string {
  if (call.exitCode === null) return 'still running';
  const { stdout } = textsOf(call);
  const addresses = objectsIn(stdout, 'ips').flatMap((ip) => stringIn(ip, 'address') ?? []);
  if (addresses.length > 0) return addresses.join(', ');
  const versions = stringsIn(stdout, 'supportedVersions');
  if (versions.length > 0) return `up to ${versions.at(-1)}`;
  return call.stdout.trim() === '' ? 'ok' : 'a result';
}
