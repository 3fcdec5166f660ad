/** The challenge: a port of the Machine that leads to a container, by the third plugin of the chain. */
import { answerIn } from '../answers';
import { addressIn, attachmentTo, calls, isFor, lastFailure, leadsTo, listAt, parsed } from '../cni';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import type { Names } from './names';

const target = ({ state }: LabHandle) => `${addressIn(state, 'red')}:8000`;

/** Ports that portmap was asked for at the last ADD of red. */
function wishes({ state }: LabHandle): unknown[] {
  const last = calls(state, 'portmap', 'ADD').findLast((call) => isFor(call, 'red') && call.exitCode === 0);
  return listAt(parsed(last?.stdin), 'runtimeConfig', 'portMappings');
}

const serve = 'ip netns exec red busybox httpd -p 8000 -h /srv/red';
const detach = 'cnitool del {{network}} /run/netns/red';
const publishIt = `CAP_ARGS='{"portMappings":[{"hostPort":{{port}},"containerPort":8000,"protocol":"tcp"}]}' cnitool add {{network}} /run/netns/red > ~/result`;

export const publish: Task<Names> = {
  id: 'publish',
  title:
    "Challenge: red serves /srv/red at its port 8000. Publish it at port {{port}} of the Machine by the network's own plugins, and fetch the page there into ~/page",
  needs: ['talk'],
  points: 25,
  challenge: true,
  check: async (lab, { port, word }) =>
    wishes(lab).length > 0 &&
    leadsTo(lab.state, port, target(lab)) &&
    ((await answerIn(lab, '/root/page'))?.includes(word) ?? false),
  hints: [
    {
      id: 'nobody-there',
      when: ({ state }, { network }) => attachmentTo(state, network, 'red') === undefined,
      text: ({ state }, { network }) => `${lastFailure(state) ?? ''} red is not attached to ${network}.`.trim(),
    },
    {
      id: 'no-wish',
      when: (lab) => wishes(lab).length === 0,
      text: () =>
        `portmap was called when red was attached, and was asked for no port. It is asked by the runtime, at ADD: CAP_ARGS='{"portMappings":[...]}' in front of cnitool add. What is attached has to be detached first.`,
    },
    {
      id: 'other-port',
      when: (lab, { port }) => !leadsTo(lab.state, port, target(lab)),
      text: (lab, { port }) =>
        `portmap was asked for ${JSON.stringify(wishes(lab))}. It should lead from hostPort ${port} to containerPort 8000, where red is now: ${addressIn(lab.state, 'red')}.`,
    },
    {
      id: 'fetch',
      text: (_, { net, port }) =>
        `The rule is there. Ask at an address of the Machine: curl http://${net}.1:${port}/ > ~/page. Nobody listens at that port: a rule turns the packet round. But in red somebody has to: ${serve}`,
    },
  ],
  solutions: [
    {
      title: 'Attached anew, with a wish',
      steps: [serve, detach, publishIt, 'curl -s --max-time 5 http://{{net}}.1:{{port}}/ > ~/page'],
    },
  ],
  pitfalls: [
    {
      title: 'A rule of your own',
      steps: [
        serve,
        `nft 'add table ip mine; add chain ip mine out { type nat hook output priority dstnat; }; add rule ip mine out tcp dport {{port}} dnat to {{net}}.2:8000'`,
        'curl -s --max-time 5 http://{{net}}.1:{{port}}/ > ~/page',
      ],
      hint: 'no-wish',
    },
    {
      title: 'The ports the wrong way round',
      steps: [
        detach,
        `CAP_ARGS='{"portMappings":[{"hostPort":8000,"containerPort":{{port}}}]}' cnitool add {{network}} /run/netns/red > ~/result`,
      ],
      hint: 'other-port',
    },
  ],
};
