/** Tasks on looking: who is in which network, which programs put them there, who can reach whom. */
import { answerIn, lettersIn } from '../answers';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import type { Names } from './names';

/** The words of an answer, each once, sorted; a path counts as its last part. Null when there is no answer. */
async function wordsIn(lab: LabHandle, file: string): Promise<string[] | null> {
  const answer = await answerIn(lab, `/root/${file}`);
  if (answer === null) return null;
  const words = answer.split(/[\s,]+/).map((word) => word.replace(/["']/g, '').replace(/^.*\//, ''));
  return [...new Set(words.filter((word) => word !== ''))].sort();
}

const same = (a: readonly string[] | null, b: readonly string[]) => a?.join(' ') === [...b].sort().join(' ');

export const containers: Task<Names> = {
  id: 'containers',
  title: 'Which containers are attached to the network {{front}}? Write their names into ~/containers',
  points: 5,
  check: async (lab, { one, two }) => same(await wordsIn(lab, 'containers'), [one, two]),
  hints: [
    {
      id: 'never-attached',
      when: async (lab, { idle }) => (await wordsIn(lab, 'containers'))?.includes(idle) ?? false,
      text: (_, { idle }) =>
        `${idle} is a container, but look into it: ip -n ${idle} -br address. Being listed by ip netns says that it is isolated, not that it is attached to anything.`,
    },
    {
      id: 'other-network',
      when: async (lab, { other }) => (await wordsIn(lab, 'containers'))?.includes(other) ?? false,
      text: (_, { other, front, frontNet }) =>
        `${other} has an address, but is it one of ${front}'s? Its network gives out ${frontNet}.something.`,
    },
    {
      id: 'look-around',
      text: (_, { front }) =>
        `ip netns lists the containers, and cat /etc/cni/net.d/10-${front}.conflist says which addresses the network has. Who of them has one? The names of the files in /var/lib/cni/results tell it, too.`,
    },
  ],
  solutions: [
    { title: 'Having looked at their addresses', steps: ['echo {{one}} {{two}} > ~/containers'] },
    {
      title: 'What the runtime remembers',
      steps: [
        `cat /var/lib/cni/results/* | jq -r 'select(.networkName == "{{front}}") | .netns' > ~/containers; cat ~/containers`,
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Every namespace there is',
      steps: ['ls /run/netns > ~/containers'],
      hint: 'never-attached',
    },
    {
      title: 'Everybody who has an address',
      steps: ['echo {{one}} {{two}} {{other}} > ~/containers'],
      hint: 'other-network',
    },
  ],
};

const programs = ['bridge', 'host-local', 'portmap'];

export const plugins: Task<Names> = {
  id: 'plugins',
  title:
    'Which programs of /opt/cni/bin have been executed for the network {{front}}? Write their names into ~/plugins',
  points: 5,
  check: async (lab) => same(await wordsIn(lab, 'plugins'), programs),
  hints: [
    {
      id: 'delegate-forgotten',
      when: async (lab) => same(await wordsIn(lab, 'plugins'), ['bridge', 'portmap']),
      text: () =>
        'Those two are in the list. But who chose the addresses? Look for the other "type" in the file: the bridge plugin executed that one.',
    },
    {
      id: 'not-executed',
      when: async (lab) => ((await wordsIn(lab, 'plugins')) ?? []).some((word) => !programs.includes(word)),
      text: async (lab) =>
        `${((await wordsIn(lab, 'plugins')) ?? []).find((word) => !programs.includes(word))} was not executed for it. A plugin that is installed does nothing until a configuration names it.`,
    },
    {
      id: 'types',
      text: (_, { front }) =>
        `The value of "type" is the file name of a program. See /etc/cni/net.d/10-${front}.conflist, and the calls that were recorded: jq -r .plugin /var/log/cni/*.json. (Some of those are of the other network.)`,
    },
  ],
  solutions: [
    { title: 'Read from the configuration', steps: ['echo bridge host-local portmap > ~/plugins'] },
    {
      title: 'From the records of their calls',
      steps: [
        `jq -r 'select(.stdin | fromjson | .name == "{{front}}") | .plugin' /var/log/cni/*.json | sort -u > ~/plugins`,
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Only what is in the list',
      steps: [`jq -r '.plugins[].type' /etc/cni/net.d/10-{{front}}.conflist > ~/plugins`],
      hint: 'delegate-forgotten',
    },
    { title: 'Whatever is installed', steps: ['ls /opt/cni/bin > ~/plugins'], hint: 'not-executed' },
  ],
};

export const reach: Task<Names> = {
  id: 'reach',
  title:
    'Predict: to whom can {{one}} send a packet: a) {{two}}, b) {{other}}, c) the Machine, at {{frontNet}}.1? Write the letters into ~/reach',
  needs: ['containers'],
  points: 5,
  check: async (lab) => (await lettersIn(lab, '/root/reach')) === 'ac',
  hints: [
    {
      id: 'other-group',
      when: async (lab) => (await lettersIn(lab, '/root/reach'))?.includes('b') ?? false,
      text: (_, { one, other, back }) =>
        `${other} is in ${back}, and ${one} knows no way out of its own network: ip -n ${one} route. A network is a group; who is not in it is not meant to be reached.`,
    },
    {
      id: 'machine-is-in-it',
      when: async (lab) => (await lettersIn(lab, '/root/reach')) === 'a',
      text: (_, { frontNet }) =>
        `What has the address ${frontNet}.1? A network's endpoints need not all be containers: ip -br address.`,
    },
    {
      id: 'commit-yourself',
      text: () =>
        'Letters into a file: echo a > ~/reach, or several of them. Decide first, then try it with ip netns exec NAME ping -c 1 -W 2 ADDRESS.',
    },
  ],
  solutions: [{ title: 'The group, and nobody else', steps: ['echo a c > ~/reach'] }],
  pitfalls: [
    { title: 'All on one Machine, so all reachable', steps: ['echo abc > ~/reach'], hint: 'other-group' },
    { title: 'Containers only', steps: ['echo a > ~/reach'], hint: 'machine-is-in-it' },
  ],
};
