/** The details panel: the fields of one entity, in the kernel's terms. */
import { type LabState, namespaceKinds, processesIn } from '../../../engine/state';
import { cniAttachmentDetails, cniCallDetails } from '../cni/details';
import { containerDetails } from '../containers/details';
import { imageDetails } from '../images/details';
import { overlayDetails } from '../layers/details';
import { capabilityNames, capabilitySummary } from './capabilities';
import { type DetailField, type Details, nsField } from './detail-fields';
import {
  bytesText,
  commandLine,
  counted,
  keyText,
  kindNames,
  learnerPid,
  nsTitle,
  processTitle,
  propagationText,
} from './names';
import { deviceDetails, routeDetails, ruleDetails, socketDetails } from './network-details';
import { type EntityRef, refOf, type Scene, splitRef } from './scene';

const gone: Details = { title: 'No longer there', fields: [], source: 'It was removed, or belongs to another moment.' };

export function detailsOf(scene: Scene, ref: EntityRef): Details {
  const { state } = scene;
  const named = splitRef(state, ref);
  switch (named?.collection) {
    case 'namespaces':
      return namespaceDetails(state, named.key) ?? gone;
    case 'processes':
      return processDetails(state, named.key) ?? gone;
    case 'mounts':
      return mountDetails(state, named.key) ?? gone;
    case 'overlays':
      return overlayDetails(scene, named.key) ?? gone;
    case 'devices':
      return deviceDetails(state, named.key) ?? gone;
    case 'routes':
      return routeDetails(state, named.key) ?? gone;
    case 'rules':
      return ruleDetails(state, named.key) ?? gone;
    case 'sockets':
      return socketDetails(state, named.key) ?? gone;
    case 'ipc':
      return ipcDetails(state, named.key) ?? gone;
    case 'images':
      return imageDetails(scene, named.key) ?? gone;
    case 'containers':
      return containerDetails(scene, named.key) ?? gone;
    case 'cniCalls':
      return cniCallDetails(scene, named.key) ?? gone;
    case 'cniAttachments':
      return cniAttachmentDetails(scene, named.key) ?? gone;
    case 'machines':
      return machineDetails(state, named.key) ?? gone;
    default:
      return gone;
  }
}

function namespaceDetails(state: LabState, key: string): Details | null {
  const ns = state.namespaces[key];
  if (!ns) return null;
  const members = processesIn(state, ns.id);
  const fields: DetailField[] = [
    { label: 'link', value: ns.id.replace(/:(\d+)$/, ':[$1]') },
    { label: 'processes', value: members.length > 0 ? counted(members.length, 'process', 'processes') : 'none' },
    nsField(state, 'owner', ns.owner),
  ];
  if (ns.kind === 'pid' || ns.kind === 'user') fields.push(nsField(state, 'parent', ns.parent));
  if (ns.hostname !== undefined) fields.push({ label: 'hostname', value: ns.hostname });
  if (ns.domainname !== undefined) fields.push({ label: 'domainname', value: ns.domainname });
  if (ns.uidMap) fields.push({ label: 'uid_map', value: mapText(ns.uidMap) });
  if (ns.gidMap) fields.push({ label: 'gid_map', value: mapText(ns.gidMap) });
  if (ns.setgroups) fields.push({ label: 'setgroups', value: ns.setgroups });
  if (ns.ownerUid !== undefined) fields.push({ label: 'created by uid', value: `${ns.ownerUid}` });
  if (ns.ipForward !== undefined) fields.push({ label: 'net.ipv4.ip_forward', value: ns.ipForward ? '1' : '0' });
  const pins = [...new Set(ns.pins.map(({ path }) => path))];
  if (pins.length > 0) fields.push({ label: 'pinned at', value: pins.join(', ') });
  return { title: nsTitle(state, ns.id), fields, source: `/proc/PID/ns/${ns.kind}, namespaces(7)` };
}

function mapText(map: ReadonlyArray<{ inside: number; outside: number; count: number }>): string {
  return map.map(({ inside, outside, count }) => `${inside} ${outside} ${count}`).join('; ') || 'not written yet';
}

function processDetails(state: LabState, key: string): Details | null {
  const process = state.processes[key];
  if (!process) return null;
  const machine = state.machines[process.machine];
  const init = machine && state.processes[`${machine.initPid}`];
  const parent = state.processes[`${process.parent}`];
  const caps = process.capabilities;
  const fields: DetailField[] = [
    { label: 'command', value: commandLine(process) },
    { label: 'NSpid', value: process.nsPids.join(' → ') },
    { label: 'pid on the host', value: `${process.pid}` },
    parent
      ? { label: 'parent', value: processTitle(parent), ref: refOf('processes', `${parent.pid}`) }
      : { label: 'parent', value: 'outside the Machine' },
    { label: 'state', value: process.state },
    { label: 'terminal', value: process.tty ?? 'none' },
    { label: 'session, group', value: `${process.session}, ${process.group} (on the host)` },
    { label: 'uid, gid', value: `${process.uid}, ${process.gid} (on the host)` },
    { label: 'CapEff', value: `${caps.effective}: ${capabilitySummary(caps.effective, init?.capabilities.effective)}` },
    { label: 'capabilities', value: capabilityNames(caps.effective).join(' ') || 'none' },
    { label: 'cwd', value: process.cwd },
  ];
  if (process.root !== '/') fields.push({ label: 'root', value: process.root });
  if (process.cgroup !== '/') fields.push({ label: 'cgroup', value: process.cgroup });
  if (process.noNewPrivs) fields.push({ label: 'NoNewPrivs', value: '1' });
  if (process.pidForChildren) fields.push(nsField(state, 'pid_for_children', process.pidForChildren));
  for (const kind of namespaceKinds) fields.push(nsField(state, `ns/${kind}`, process.namespaces[kind]));
  return {
    title: `${process.command}, process ${learnerPid(process)}`,
    fields,
    source: `/proc/${learnerPid(process)}/status, proc_pid_status(5)`,
  };
}

function mountDetails(state: LabState, key: string): Details | null {
  const mount = state.mounts[key];
  if (!mount) return null;
  const parent = state.mounts[`${mount.ns}/${mount.parent}`];
  return {
    title: mount.mountPoint,
    fields: [
      nsField(state, 'mount namespace', mount.ns),
      { label: 'filesystem', value: `${mount.fsType}, device ${mount.device}` },
      { label: 'source', value: mount.source },
      { label: 'root', value: mount.root },
      { label: 'options', value: mount.options.join(',') },
      { label: 'filesystem options', value: mount.superOptions.join(',') },
      { label: 'propagation', value: propagationText(mount) },
      { label: 'mount id', value: `${mount.id}` },
      parent
        ? {
            label: 'parent',
            value: `${parent.mountPoint} (${parent.id})`,
            ref: refOf('mounts', `${parent.ns}/${parent.id}`),
          }
        : { label: 'parent', value: `${mount.parent}` },
    ],
    source: '/proc/PID/mountinfo, proc_pid_mountinfo(5)',
  };
}

function ipcDetails(state: LabState, key: string): Details | null {
  const object = state.ipc[key];
  if (!object) return null;
  const fields: DetailField[] = [nsField(state, 'IPC namespace', object.ns)];
  if (object.key !== null) fields.push({ label: 'key', value: keyText(object.key) });
  if (object.kind !== 'mqueue') fields.push({ label: 'id', value: `${object.id}` });
  fields.push(
    { label: 'mode', value: object.mode.toString(8).padStart(4, '0') },
    { label: 'owner uid', value: `${object.ownerUid}` },
  );
  switch (object.kind) {
    case 'shm':
      fields.push({ label: 'size', value: bytesText(object.size) }, { label: 'attached', value: `${object.attached}` });
      return { title: 'Shared memory segment', fields, source: 'ipcs -m, sysvipc(7)' };
    case 'sem':
      fields.push({ label: 'semaphores', value: `${object.size}` });
      return { title: 'Semaphore set', fields, source: 'ipcs -s, sysvipc(7)' };
    case 'msg':
      fields.push({ label: 'messages', value: `${object.size}` });
      return { title: 'Message queue', fields, source: 'ipcs -q, sysvipc(7)' };
    case 'mqueue':
      fields.push({ label: 'messages', value: `${object.size}` });
      return { title: `POSIX queue ${object.name}`, fields, source: '/dev/mqueue, mq_overview(7)' };
  }
}

function machineDetails(state: LabState, key: string): Details | null {
  const machine = state.machines[key];
  if (!machine) return null;
  return {
    title: `Machine ${machine.id}`,
    fields: namespaceKinds.map((kind) => nsField(state, kindNames[kind], machine.namespaces[kind])),
    source: 'The namespaces its init was born in.',
  };
}
