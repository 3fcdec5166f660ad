/** The challenge: an address manager of one's own, as a delegate. */
import { addressIn, attachmentTo, calls, errorOf, hasFailed, lastFailure } from '../cni';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { edit, type Names, versions, write } from './names';

const asked = ({ state }: LabHandle, { manager }: Names) => calls(state, manager, 'ADD');

const answering = (answer: string) =>
  write('{{manager}}', ['case $CNI_COMMAND in', versions, `ADD) echo '${answer}' ;;`, 'esac']);
/** bridge alone: what the learner's own plugin objects to by now is not the question here. */
const delegate = edit('.plugins |= [.[0] + {ipam: {type: "{{manager}}"}}]');
const attachIt = 'cnitool add {{network}} /run/netns/green > ~/result';

export const own: Task<Names> = {
  id: 'own',
  title:
    'Challenge: write an address manager, {{manager}}, that gives everybody {{fixed}}; bridge asks it, and green gets that address in {{network}}',
  points: 25,
  challenge: true,
  check: (lab, names) =>
    addressIn(lab.state, 'green') === names.fixed &&
    attachmentTo(lab.state, names.network, 'green') !== undefined &&
    asked(lab, names).some(({ parent, exitCode }) => parent !== null && exitCode === 0),
  hints: [
    {
      id: 'not-a-delegate',
      when: (lab, names) => asked(lab, names).length > 0 && asked(lab, names).every(({ parent }) => parent === null),
      text: (_, { manager }) =>
        `${manager} was called by the runtime, as a member of the chain. It is bridge that should call it: in the list, its name belongs into ipam.`,
    },
    {
      id: 'unreadable',
      when: (lab, names) =>
        asked(lab, names).some(({ exitCode }) => exitCode === 0) &&
        (lastFailure(lab.state)?.includes('of bridge') ?? false),
      text: ({ state }) =>
        `${lastFailure(state)} Your manager has answered, and bridge could make nothing of it. A result with "ips": each has an "address", with the length of the network's prefix.`,
    },
    {
      id: 'manager-failed',
      when: (lab, names) => asked(lab, names).some(hasFailed),
      text: (lab, names) => {
        const last = asked(lab, names).at(-1);
        return `Your manager failed: ${errorOf(last)?.msg ?? (last?.stderr.trim() || 'it said nothing')}.`;
      },
    },
    {
      id: 'other-manager',
      when: ({ state }) => addressIn(state, 'green') !== undefined,
      text: ({ state }, { network }) =>
        `green has ${addressIn(state, 'green')}. If the list names your manager now, detach green from ${network} and attach it again.`,
    },
    {
      id: 'least-of-all',
      text: ({ state }, { manager }) =>
        `${lastFailure(state) ?? ''} What has a delegate for addresses to answer at ADD, as the least? Look at a record of host-local in /var/log/cni. Then name ${manager} as the type of ipam.`.trim(),
    },
  ],
  solutions: [
    {
      title: 'A result with one address',
      steps: [answering('{"cniVersion":"1.1.0","ips":[{"address":"{{fixed}}/24"}]}'), delegate, attachIt],
    },
    {
      title: 'By asking static for it: a delegate with a delegate',
      steps: [
        write('{{manager}}', [
          `jq '.ipam = {type: "static", addresses: [{address: "{{fixed}}/24"}]}' | $CNI_PATH/static`,
        ]),
        delegate,
        attachIt,
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Without the length of the prefix',
      steps: [answering('{"cniVersion":"1.1.0","ips":[{"address":"{{fixed}}"}]}'), delegate, attachIt],
      hint: 'unreadable',
    },
    {
      title: 'As a member of the chain',
      steps: [
        answering('{"cniVersion":"1.1.0","ips":[{"address":"{{fixed}}/24"}]}'),
        edit('.plugins += [{type: "{{manager}}"}]'),
        attachIt,
      ],
      hint: 'not-a-delegate',
    },
  ],
};
