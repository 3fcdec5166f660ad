/** The challenge: three namespaces that are ready before anybody moves in, as for a pod. */
import { deviceNamed, type Namespace, pinnedAt, processesIn } from '../../engine/state';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import type { Names } from './names';

const rooms = ['uts', 'ipc', 'net'] as const;
type Room = (typeof rooms)[number];

function room(lab: LabHandle, kind: Room): Namespace | undefined {
  const ns = pinnedAt(lab.state, 'lab', `/root/cabin/${kind}`);
  return ns?.kind === kind && ns.id !== lab.state.machines.lab?.namespaces[kind] ? ns : undefined;
}

const missingRooms = (lab: LabHandle) => rooms.filter((kind) => room(lab, kind) === undefined);

function inhabited(lab: LabHandle): boolean {
  return rooms.some((kind) => {
    const ns = room(lab, kind);
    return ns !== undefined && processesIn(lab.state, ns.id).length > 0;
  });
}

function loopbackIsUp(lab: LabHandle): boolean {
  const ns = room(lab, 'net');
  return ns !== undefined && deviceNamed(lab.state, ns.id, 'lo')?.up === true;
}

export const cabin: Task<Names> = {
  id: 'cabin',
  title:
    'Prepare a cabin that nobody lives in yet: new UTS, IPC and network namespaces kept at ~/cabin/uts, ~/cabin/ipc and ' +
    '~/cabin/net, the host name {{cabin}}, and a loopback device that is up',
  needs: ['pin'],
  points: 25,
  challenge: true,
  check: (lab, names) =>
    missingRooms(lab).length === 0 &&
    room(lab, 'uts')?.hostname === names.cabin &&
    loopbackIsUp(lab) &&
    !inhabited(lab),
  hints: [
    {
      id: 'rooms-missing',
      when: (lab) => missingRooms(lab).length > 0 && missingRooms(lab).length < rooms.length,
      text: (lab) => `Not kept yet, or not under its own name: ${missingRooms(lab).join(', ')}.`,
    },
    {
      id: 'wrong-name',
      when: (lab, names) => missingRooms(lab).length === 0 && room(lab, 'uts')?.hostname !== names.cabin,
      text: (lab, names) =>
        `All three are kept. The host name in there is ${room(lab, 'uts')?.hostname}, not ${names.cabin}.`,
    },
    {
      id: 'loopback-down',
      when: (lab) => missingRooms(lab).length === 0 && !loopbackIsUp(lab),
      text: () =>
        'Kept and named. A new network namespace is born with its loopback device down, so nothing in it could even talk ' +
        'to itself. Enter it and set lo up, with ip link.',
    },
    {
      id: 'inhabited',
      when: (lab) => missingRooms(lab).length === 0,
      text: () => 'All is prepared, but somebody is in there. The cabin should stand without a single process.',
    },
    {
      id: 'three-files',
      text: () =>
        'Three files to pin on, one call of unshare with three pins, and inside it a shell that does two things and leaves. ' +
        'sh -c takes commands in quotes.',
    },
  ],
  solutions: [
    {
      title: 'In one go',
      steps: [
        'mkdir ~/cabin; touch ~/cabin/uts ~/cabin/ipc ~/cabin/net',
        "cd ~/cabin; unshare --uts=uts --ipc=ipc --net=net sh -c 'hostname {{cabin}}; ip link set lo up'; cd",
      ],
    },
    {
      title: 'Build first, furnish later',
      steps: [
        'mkdir ~/cabin; cd ~/cabin; touch uts ipc net; unshare --uts=uts --ipc=ipc --net=net true',
        'nsenter --uts=uts hostname {{cabin}}',
        'nsenter --net=net ip link set lo up; cd',
      ],
    },
    {
      title: 'The network by ip netns, bound to its place',
      steps: [
        'mkdir ~/cabin; cd ~/cabin; touch uts ipc net; unshare --uts=uts --ipc=ipc hostname {{cabin}}',
        'ip netns add cabin && mount --bind /run/netns/cabin net && ip -n cabin link set lo up; cd',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'The loopback forgotten',
      steps: [
        'mkdir ~/cabin; cd ~/cabin; touch uts ipc net; unshare --uts=uts --ipc=ipc --net=net hostname {{cabin}}; cd',
      ],
      hint: 'loopback-down',
    },
    {
      title: 'Only the network',
      steps: ['mkdir ~/cabin; cd ~/cabin; touch uts ipc net; unshare --net=net ip link set lo up; cd'],
      hint: 'rooms-missing',
    },
    {
      title: 'Nameless',
      steps: [
        'mkdir ~/cabin; cd ~/cabin; touch uts ipc net; unshare --uts=uts --ipc=ipc --net=net ip link set lo up; cd',
      ],
      hint: 'wrong-name',
    },
    {
      title: 'A caretaker stays behind',
      steps: [
        'mkdir ~/cabin; cd ~/cabin; touch uts ipc net; cd',
        "(cd ~/cabin; unshare --uts=uts --ipc=ipc --net=net sh -c 'hostname {{cabin}}; ip link set lo up; exec sleep 1000') &",
      ],
      hint: 'inhabited',
    },
  ],
};
