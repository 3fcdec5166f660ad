/** Tasks on the end of attachments: in order, after a crash, and all at once. */
import { attachmentsOf } from '../../engine/state';
import { attachmentTo, calls, containerNs, isFor, lastFailure } from '../cni';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { type Names, plugins, succeeded } from './names';

const leases = '/var/lib/cni/networks';

/** Addresses that host-local has booked in the network. */
async function booked(lab: LabHandle, { network }: Names): Promise<string[]> {
  return ((await lab.files().list(`${leases}/${network}`)) ?? []).filter((name) => /^\d+\.\d+\.\d+\.\d+$/.test(name));
}

const deletedBlue = ({ state }: LabHandle) =>
  plugins.every((plugin) => succeeded(state, plugin, 'DEL').some((call) => isFor(call, 'blue')));

export const afterwards: Task<Names> = {
  id: 'afterwards',
  title: 'Remove the container blue first, and detach it afterwards: its address must be free again',
  needs: ['talk'],
  points: 10,
  kind: 'edge',
  check: (lab, { network }) =>
    containerNs(lab.state, 'blue') === undefined &&
    attachmentTo(lab.state, network, 'blue') === undefined &&
    deletedBlue(lab),
  hints: [
    {
      id: 'still-booked',
      when: ({ state }, { network }) =>
        containerNs(state, 'blue') === undefined && attachmentTo(state, network, 'blue') !== undefined,
      text: ({ state }, { network }) =>
        `blue is gone, and ${attachmentTo(state, network, 'blue')?.addresses[0]} is still booked in its name. The path of its namespace leads nowhere now; cnitool del takes it all the same.`,
    },
    {
      id: 'notes-removed',
      when: (lab) => containerNs(lab.state, 'blue') === undefined && !deletedBlue(lab),
      text: () =>
        'The note about the attachment is gone, but the plugins were never called. What they have booked and written stays. cnitool del can be called even now: DEL has to work without anybody remembering.',
    },
    {
      id: 'remove-first',
      when: ({ state }) => containerNs(state, 'blue') !== undefined,
      text: ({ state }) =>
        `${lastFailure(state) ?? ''} The container is still there. In a crash nobody asks for the right order: ip netns del blue first, and cnitool del only then.`.trim(),
    },
    { id: 'again', text: ({ state }) => `${lastFailure(state) ?? 'Call cnitool del once more, with the old path.'}` },
  ],
  solutions: [{ title: 'By the old path', steps: ['ip netns del blue', 'cnitool del {{network}} /run/netns/blue'] }],
  pitfalls: [
    { title: 'The container only', steps: ['ip netns del blue'], hint: 'still-booked' },
    {
      title: 'Tidying up by hand',
      steps: ['ip netns del blue', 'rm $(grep -l netns/blue /var/lib/cni/results/*)'],
      hint: 'notes-removed',
    },
  ],
};

const collected = ({ state }: LabHandle) => plugins.every((plugin) => succeeded(state, plugin, 'GC').length > 0);

export const collect: Task<Names> = {
  id: 'collect',
  title: 'The node has restarted, and no container of {{network}} is alive any more: let GC sweep out all of it',
  needs: ['talk'],
  points: 10,
  kind: 'edge',
  check: async (lab, names) =>
    collected(lab) &&
    attachmentsOf(lab.state, 'lab', names.network).length === 0 &&
    (await booked(lab, names)).length === 0,
  hints: [
    {
      id: 'one-by-one',
      when: ({ state }, { network }) =>
        attachmentsOf(state, 'lab', network).length === 0 && calls(state, 'bridge', 'GC').length === 0,
      text: () =>
        'You have detached them one by one. That is right as long as you know of every one; after a crash nobody does. GC asks no runtime what there was: it is told what is still valid, and removes all else. Call it now, too.',
    },
    {
      id: 'left-over',
      when: (lab) => collected(lab),
      text: async (lab, names) =>
        `GC was called, and there is something again: ${(await booked(lab, names)).join(', ')} is booked. Call it once more.`,
    },
    {
      id: 'gc',
      text: ({ state }, { network }) =>
        `${lastFailure(state) ?? ''} cnitool gc ${network} says to the plugins that nothing is valid any more. (A real runtime lists those that are.)`.trim(),
    },
  ],
  solutions: [
    { title: 'cnitool gc', steps: ['cnitool gc {{network}}'] },
    {
      title: 'After the namespaces are gone',
      steps: ['ip netns del red; ip netns del blue', 'cnitool gc {{network}}'],
    },
  ],
  pitfalls: [
    {
      title: 'One by one',
      steps: ['cnitool del {{network}} /run/netns/red; cnitool del {{network}} /run/netns/blue'],
      hint: 'one-by-one',
    },
  ],
};
