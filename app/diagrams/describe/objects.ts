import type { Cgroup, IpcObject } from '../../../engine/state';
import { wordsOf } from '../ipc/model';
import { bytesText, keyText } from '../model/names';
import { refOf } from '../model/scene';
import { type Change, type ChangeLine, entriesOf, isGoneNs, nameOf } from './change';

export function describeObjects(change: Change): ChangeLine[] {
  return [...describeIpc(change), ...describeCgroups(change)];
}

function describeIpc(change: Change): ChangeLine[] {
  return entriesOf(change.before.ipc, change.patch.ipc).flatMap(({ key, was, now }): ChangeLine[] => {
    const object = now ?? was;
    if (!object || (!now && isGoneNs(change, object.ns))) return [];
    const entity = refOf('ipc', key);
    const { title, size } = wordsOf(object);
    const name = `${title} ${object.name ?? keyText(object.key ?? 0)}`;
    const where = nameOf(change, object.ns);
    if (now && was)
      return ipcDifferences(name, was, now).map((text) => ({ mark: 'changed', text: `${text}, in ${where}`, entity }));
    if (now) return [{ mark: 'new', text: `new ${name} (${size}) in ${where}`, entity }];
    return [{ mark: 'gone', text: `${name} was removed from ${where}`, entity }];
  });
}

function ipcDifferences(name: string, was: IpcObject, now: IpcObject): string[] {
  const texts: string[] = [];
  if (was.size !== now.size || was.attached !== now.attached) texts.push(`${name}: ${wordsOf(now).size}`);
  if (was.mode !== now.mode) texts.push(`${name} has mode ${now.mode.toString(8)} now`);
  if (was.ownerUid !== now.ownerUid) texts.push(`${name} belongs to uid ${now.ownerUid} now`);
  return texts;
}

function describeCgroups(change: Change): ChangeLine[] {
  return entriesOf(change.before.cgroups, change.patch.cgroups).flatMap(({ key, was, now }): ChangeLine[] => {
    const entity = refOf('cgroups', key);
    const path = (now ?? was)?.path;
    if (!was) return [{ mark: 'new', text: `new cgroup ${path}`, entity }];
    if (!now) return [{ mark: 'gone', text: `cgroup ${path} is gone`, entity }];
    return limits(was, now).map((text) => ({ mark: 'changed', text, entity }));
  });
}

function limits(was: Cgroup, now: Cgroup): string[] {
  const texts: string[] = [];
  if (was.pidsMax !== now.pidsMax) texts.push(`pids.max of cgroup ${now.path}: ${now.pidsMax ?? 'max'}`);
  if (was.memoryMaxBytes !== now.memoryMaxBytes) {
    texts.push(
      `memory limit of cgroup ${now.path}: ${now.memoryMaxBytes === null ? 'none' : bytesText(now.memoryMaxBytes)}`,
    );
  }
  return texts;
}
