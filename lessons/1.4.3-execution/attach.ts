/** Tasks on a network in use: two members that hear each other, and one that CHECK finds changed. */
import { answerIn } from '../answers';
import { addressIn, attachmentTo, calls, containerDevice, errorOf, hasFailed, isFor, lastFailure } from '../cni';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { both, type Names } from './names';

const missing = ({ state }: LabHandle, { network }: Names) =>
  ['red', 'blue'].filter((name) => attachmentTo(state, network, name) === undefined);

/** An answer came from red: a line of ping(8) that says from where. */
async function heardRed(lab: LabHandle): Promise<boolean> {
  const address = addressIn(lab.state, 'red');
  const heard = (await answerIn(lab, '/root/heard')) ?? '';
  return address !== undefined && heard.includes(`bytes from ${address}:`);
}

export const talk: Task<Names> = {
  id: 'talk',
  title: 'Attach red and blue to {{network}}; then ping red from blue, and keep what ping says in ~/heard',
  points: 10,
  kind: 'edge',
  check: async (lab, names) => missing(lab, names).length === 0 && (await heardRed(lab)),
  hints: [
    {
      id: 'not-attached',
      when: (lab, names) => missing(lab, names).length > 0,
      text: (lab, names) =>
        `${lastFailure(lab.state) ?? ''} Not attached yet: ${missing(lab, names).join(' and ')}. cnitool add ${names.network} and the path of the namespace, for each of them.`.trim(),
    },
    {
      id: 'no-answer',
      when: async (lab) => /100% packet loss|unreachable/i.test((await answerIn(lab, '/root/heard')) ?? ''),
      text: ({ state }) =>
        `~/heard says that no answer came. red is at ${addressIn(state, 'red') ?? 'no address at all'}; whom did you ask?`,
    },
    {
      id: 'from-blue',
      text: ({ state }) =>
        `Both are attached. red is at ${addressIn(state, 'red') ?? '(no address)'}: ip netns exec blue ping -c 1 -W 2 ADDRESS > ~/heard`,
    },
  ],
  solutions: [
    {
      title: 'With the addresses in their order',
      steps: [both, 'ip netns exec blue ping -c 1 -W 2 {{net}}.2 > ~/heard'],
    },
    {
      title: 'With the address from the result',
      steps: [
        'cnitool add {{network}} /run/netns/blue > ~/result; cnitool add {{network}} /run/netns/red > ~/red',
        'ip netns exec blue ping -c 1 -W 2 $(jq -r ".ips[0].address" ~/red | cut -d / -f 1) | tee ~/heard',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Only one of them',
      steps: ['cnitool add {{network}} /run/netns/red > ~/result', 'ping -c 1 -W 2 {{net}}.2 > ~/heard'],
      hint: 'not-attached',
    },
    {
      title: 'The gateway in place of red',
      steps: [both, 'ip netns exec blue ping -c 1 -W 2 {{net}}.1 > ~/heard'],
      hint: 'from-blue',
    },
  ],
};

/** The last CHECK of red that failed, of whichever plugin. */
const objection = ({ state }: LabHandle, plugin: string) =>
  calls(state, plugin, 'CHECK').findLast((call) => isFor(call, 'red') && hasFailed(call));

export const changed: Task<Names> = {
  id: 'changed',
  title: "Change red's interface so that bridge has nothing to object to at CHECK, but tuning has",
  needs: ['talk'],
  points: 10,
  kind: 'edge',
  check(lab) {
    const failed = objection(lab, 'tuning');
    const before = calls(lab.state, 'bridge', 'CHECK').findLast(({ number }) => number < (failed?.number ?? 0));
    return failed !== undefined && before?.exitCode === 0;
  },
  hints: [
    {
      id: 'bridge-objects',
      when: (lab) => objection(lab, 'bridge') !== undefined,
      text: (lab) =>
        `It was bridge that objected: ${errorOf(objection(lab, 'bridge'))?.msg ?? ''}. After the first error nobody else is asked. DEL and ADD red, and change something that only tuning has set.`,
    },
    {
      id: 'not-checked',
      when: ({ state }, { mtu }) => String(containerDevice(state, 'red')?.mtu) !== mtu,
      text: (_, { network }) => `The MTU is another one now. Who notices? cnitool check ${network} /run/netns/red`,
    },
    {
      id: 'what-tuning-set',
      text: (_, { mtu }) =>
        `What does the list say of tuning? It set the MTU to ${mtu}. ip -n red link set eth0 mtu 1200 makes it another; then cnitool check.`,
    },
  ],
  solutions: [
    { title: 'Another MTU', steps: ['ip -n red link set eth0 mtu 1200', 'cnitool check {{network}} /run/netns/red'] },
  ],
  pitfalls: [
    {
      title: 'Taking the address away',
      steps: ['ip -n red address flush dev eth0', 'cnitool check {{network}} /run/netns/red'],
      hint: 'bridge-objects',
    },
    { title: 'Changed, but not checked', steps: ['ip -n red link set eth0 mtu 1200'], hint: 'not-checked' },
  ],
};
