import { namespaceKinds, type Process } from '../../../engine/state';
import { capabilitySummary } from '../model/capabilities';
import { groupBy } from '../model/group';
import { counted, learnerPid, processTitle } from '../model/names';
import { refOf } from '../model/scene';
import { type Change, type ChangeLine, type EntryChange, entriesOf, listed, nameOf } from './change';

/** From this many processes with the same name on, one sentence tells of all. */
const many = 4;

export function describeProcesses(change: Change): ChangeLine[] {
  const entries = entriesOf(change.before.processes, change.patch.processes).sort(
    (a, b) => Number(a.key) - Number(b.key),
  );
  const fate = ({ was, now }: EntryChange<Process>) => (was && now ? 'changed' : now ? 'new' : 'gone');
  const groups = groupBy(entries, (entry) => {
    const kind = fate(entry);
    return kind === 'changed' ? `changed ${entry.key}` : `${kind} ${(entry.now ?? entry.was)?.command}`;
  });
  return [...groups.values()].flatMap((group): ChangeLine[] => {
    const [first] = group;
    if (!first) return [];
    if (group.length < many) return group.flatMap((entry) => processLines(change, entry));
    const process = first.now ?? first.was;
    const text = `${counted(group.length, 'process', 'processes')} ${process?.command} ${first.now ? 'started' : 'ended'}`;
    return [{ mark: first.now ? 'new' : 'gone', text, entity: refOf('processes', first.key) }];
  });
}

function processLines(change: Change, { key, was, now }: EntryChange<Process>): ChangeLine[] {
  const entity = refOf('processes', key);
  if (was && now) return differences(change, was, now).map((text) => ({ mark: 'changed', text, entity }));
  if (now) return [{ mark: 'new', text: birth(change, now), entity }];
  if (was) return [{ mark: 'gone', text: `process ${processTitle(was)} ended`, entity }];
  return [];
}

/** A new process, with the namespaces it does not share with its parent. */
function birth(change: Change, process: Process): string {
  const parent = change.after.processes[`${process.parent}`];
  const own = parent ? namespaceKinds.filter((kind) => process.namespaces[kind] !== parent.namespaces[kind]) : [];
  const numbers = process.nsPids.length > 1 ? `, number ${process.nsPids.at(-1)} in its PID namespace` : '';
  const where = own.length > 0 ? `, in ${listed(own.map((kind) => nameOf(change, process.namespaces[kind])))}` : '';
  return `process ${processTitle(process)} started${where}${numbers}`;
}

function differences(change: Change, was: Process, now: Process): string[] {
  const name = processTitle(now);
  const texts: string[] = [];
  if (was.command !== now.command) texts.push(`process ${learnerPid(now)} runs ${now.command} now, was ${was.command}`);
  for (const kind of namespaceKinds) {
    if (was.namespaces[kind] !== now.namespaces[kind])
      texts.push(`process ${name} entered ${nameOf(change, now.namespaces[kind])}`);
  }
  if (was.pidForChildren !== now.pidForChildren && now.pidForChildren) {
    texts.push(`children of ${name} will be born in ${nameOf(change, now.pidForChildren)}`);
  }
  if (was.state !== now.state) texts.push(stateText(name, now.state));
  if (was.uid !== now.uid) texts.push(`process ${name} is uid ${now.uid} on the host now, was ${was.uid}`);
  if (was.capabilities.effective !== now.capabilities.effective) {
    const summary = ({ capabilities }: Process) => capabilitySummary(capabilities.effective);
    texts.push(`effective capabilities of ${name}: ${summary(now)}, were ${summary(was)}`);
  }
  if (was.parent !== now.parent) {
    const parent = change.after.processes[`${now.parent}`];
    texts.push(`process ${name} was adopted by ${parent ? processTitle(parent) : 'a process outside the Machine'}`);
  }
  if (was.root !== now.root) texts.push(`root directory of ${name}: ${now.root}`);
  if (was.cgroup !== now.cgroup) texts.push(`process ${name} is in cgroup ${now.cgroup} now`);
  if (was.cwd !== now.cwd) texts.push(`working directory of ${name}: ${now.cwd}`);
  return texts;
}

function stateText(name: string, state: Process['state']): string {
  switch (state) {
    case 'zombie':
      return `process ${name} ended and is a zombie: its parent has not waited for it`;
    case 'stopped':
      return `process ${name} is stopped`;
    case 'alive':
      return `process ${name} goes on`;
  }
}
