/** Tasks on what comes after ADD: CHECK, STATUS, DEL. */
import type { CniCall } from '../../engine/state';
import { addressIn, calls, containerDevice, containerNs, field, hasFailed, lastFailure, parsed } from '../cni';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { call, type Names, withPrevious } from './names';

function callsAbout({ state }: LabHandle, command: string, id: string): CniCall[] {
  return calls(state, 'bridge', command).filter(({ environment }) => environment.CNI_CONTAINERID === id);
}

const hadPrevious = ({ stdin }: CniCall) => field(parsed(stdin), 'prevResult') !== undefined;
const checks = (lab: LabHandle, { id }: Names) => callsAbout(lab, 'CHECK', id).filter(hadPrevious);

export const check: Task<Names> = {
  id: 'check',
  title: 'Have the plugin CHECK that {{id}} is still as ADD left it',
  needs: ['add'],
  points: 10,
  kind: 'edge',
  check: (lab, names) => checks(lab, names).some(({ exitCode }) => exitCode === 0),
  hints: [
    {
      id: 'no-previous',
      when: ({ state }) => lastFailure(state)?.includes('prevResult') ?? false,
      text: ({ state }) =>
        `${lastFailure(state)} The plugin has no memory: it was another process that made the interface. Its result goes back to it in the configuration, as the field prevResult.`,
    },
    {
      id: 'failed',
      when: ({ state }) => lastFailure(state)?.includes('CHECK') ?? false,
      text: ({ state }) =>
        `${lastFailure(state)} If something was changed since ADD, DEL and ADD again, and keep the new result.`,
    },
    {
      id: 'merge',
      text: () =>
        `Make a configuration with the result in it: ${withPrevious}. Then CNI_COMMAND=CHECK, the other variables as for ADD. A CHECK that succeeds prints nothing.`,
    },
  ],
  solutions: [
    { title: 'Merged by jq', steps: [withPrevious, call('CHECK', '~/check.json')] },
    {
      title: 'Without a file in between',
      steps: [
        `jq --argjson r "$(cat ~/result.json)" '.prevResult = $r' ~/net.json | CNI_COMMAND=CHECK /opt/cni/bin/bridge`,
      ],
    },
  ],
  pitfalls: [{ title: 'The configuration of ADD', steps: [call('CHECK')], hint: 'no-previous' }],
};

export const caught: Task<Names> = {
  id: 'caught',
  title: 'Damage the attachment of {{id}} so that CHECK notices it',
  needs: ['check'],
  points: 10,
  kind: 'edge',
  check: (lab, names) =>
    checks(lab, names).some(
      (one, at, all) => hasFailed(one) && all.slice(0, at).some(({ exitCode }) => exitCode === 0),
    ),
  hints: [
    {
      id: 'not-noticed',
      when: (lab, names) => {
        const device = containerDevice(lab.state, 'box');
        return device !== undefined && (device.mtu !== 1500 || !device.up) && checks(lab, names).at(-1)?.exitCode === 0;
      },
      text: () =>
        'You changed something, and CHECK is content. It asks whether what the result promised is there: this interface, this address, these routes. What the result says nothing of, it does not look at.',
    },
    {
      id: 'check-again',
      when: (lab, { net }) => !(addressIn(lab.state, 'box')?.startsWith(`${net}.`) ?? false),
      text: () => 'The damage is done. Now call CHECK again, as before.',
    },
    {
      id: 'take-away',
      text: () =>
        'What did the result promise? Take one of these things away, for example by ip -n box address flush dev eth0, and CHECK again.',
    },
  ],
  solutions: [
    { title: 'No address', steps: ['ip -n box address flush dev eth0', call('CHECK', '~/check.json')] },
    { title: 'No interface', steps: ['ip -n box link del eth0', call('CHECK', '~/check.json')] },
  ],
  pitfalls: [
    {
      title: 'Something the result does not promise',
      steps: ['ip -n box link set eth0 mtu 1400', call('CHECK', '~/check.json')],
      hint: 'not-noticed',
    },
    { title: 'Not asked afterwards', steps: ['ip -n box address flush dev eth0'], hint: 'check-again' },
  ],
};

export const status: Task<Names> = {
  id: 'status',
  title: 'Ask by STATUS whether the network could take another container',
  points: 10,
  kind: 'edge',
  check: ({ state }) =>
    calls(state, 'bridge', 'STATUS').some(({ exitCode, parent }) => exitCode === 0 && parent === null),
  hints: [
    {
      id: 'too-old',
      when: ({ state }) => lastFailure(state)?.includes('does not allow STATUS') ?? false,
      text: ({ state }) =>
        `${lastFailure(state)} STATUS came with 1.1.0, and ~/net.json says that it is written in an older version. The plugin speaks both: see what it answered to VERSION.`,
    },
    {
      id: 'no-path',
      when: ({ state }) => lastFailure(state)?.includes('CNI_PATH') ?? false,
      text: ({ state }) =>
        `${lastFailure(state)} It is about no container, but the plugin may have to find the one that manages its addresses.`,
    },
    {
      id: 'raise-version',
      text: () =>
        'CNI_COMMAND=STATUS and CNI_PATH are all the variables it wants. The configuration has to be of version 1.1.0.',
    },
  ],
  solutions: [
    {
      title: 'A configuration of 1.1.0',
      steps: [
        `sed -i 's/1.0.0/1.1.0/' ~/net.json`,
        'CNI_PATH=/opt/cni/bin CNI_COMMAND=STATUS /opt/cni/bin/bridge < ~/net.json; echo $?',
      ],
    },
    {
      title: 'Changed on the way',
      steps: [`jq '.cniVersion = "1.1.0"' ~/net.json | CNI_PATH=/opt/cni/bin CNI_COMMAND=STATUS /opt/cni/bin/bridge`],
    },
  ],
  pitfalls: [
    {
      title: 'In an old version',
      steps: ['CNI_PATH=/opt/cni/bin CNI_COMMAND=STATUS /opt/cni/bin/bridge < ~/net.json'],
      hint: 'too-old',
    },
  ],
};

/** Those that succeeded, of the last attachment. */
function deletions(lab: LabHandle, { id }: Names): CniCall[] {
  const last = callsAbout(lab, 'ADD', id).findLast(({ exitCode }) => exitCode === 0)?.number ?? 0;
  return callsAbout(lab, 'DEL', id).filter(({ number, exitCode }) => number > last && exitCode === 0);
}

export const del: Task<Names> = {
  id: 'del',
  title: 'Detach {{id}} with DEL, and then once more: the second time must succeed as well',
  needs: ['add'],
  points: 10,
  kind: 'edge',
  check: (lab, names) => deletions(lab, names).length > 1 && containerDevice(lab.state, 'box') === undefined,
  hints: [
    {
      id: 'namespace-gone',
      when: (lab, names) => containerNs(lab.state, 'box') === undefined && deletions(lab, names).length < 2,
      text: (_, { net }) =>
        `The container is gone, and its interface with it, but nobody has told the plugin: the address is still booked (ls /var/lib/cni/networks/*, ${net}.something). That is what DEL is for, and it does not need the namespace to be there.`,
    },
    {
      id: 'once',
      when: (lab, names) => deletions(lab, names).length === 1,
      text: () =>
        'Once, and it is detached. Now exactly the same again: what does the plugin say when there is nothing left to delete?',
    },
    {
      id: 'del',
      text: ({ state }) =>
        `${lastFailure(state) ?? ''} CNI_COMMAND=DEL, with the same variables and the same configuration as for ADD.`.trim(),
    },
  ],
  solutions: [
    { title: 'Twice', steps: [call('DEL'), `${call('DEL')}; echo $?`] },
    { title: 'After the container itself', steps: ['ip netns del box', call('DEL'), call('DEL')] },
  ],
  pitfalls: [
    { title: 'Only once', steps: [call('DEL')], hint: 'once' },
    { title: 'Removing the namespace', steps: ['ip netns del box'], hint: 'namespace-gone' },
  ],
};
