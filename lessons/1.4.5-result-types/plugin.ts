/** Tasks on a plugin of one's own: its first word, and its place in a chain. */
import type { CniCall } from '../../engine/state';
import { answerIn } from '../answers';
import {
  attachmentTo,
  calls,
  field,
  hasFailed,
  isFor,
  lastFailure,
  listAt,
  networkList,
  parsed,
  pluginIn,
} from '../cni';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { attach, chained, detach, type Names, passing, versions, write } from './names';

export const mine = ({ state }: LabHandle, { plugin }: Names, command: string) =>
  calls(state, plugin, command).filter((call) => isFor(call, 'red'));

async function faultOfFile(lab: LabHandle, { plugin }: Names): Promise<'missing' | 'not-executable' | undefined> {
  const found = await lab.files().stat(`/opt/cni/bin/${plugin}`);
  if (found === null) return 'missing';
  return (found.mode & 0o100) === 0 ? 'not-executable' : undefined;
}

const answer = async (lab: LabHandle) => parsed(await answerIn(lab, '/root/version.json'));

export const introduce: Task<Names> = {
  id: 'introduce',
  title:
    'Write a plugin, /opt/cni/bin/{{plugin}}, that answers VERSION with 1.1.0 among the versions it supports; keep its answer in ~/version.json',
  points: 10,
  check: async (lab, names) =>
    (await faultOfFile(lab, names)) === undefined && listAt(await answer(lab), 'supportedVersions').includes('1.1.0'),
  hints: [
    {
      id: 'missing',
      when: async (lab, names) => (await faultOfFile(lab, names)) === 'missing',
      text: (_, { plugin }) =>
        `There is no /opt/cni/bin/${plugin} yet. A script of a few lines will do; begin it with #!/bin/bash.`,
    },
    {
      id: 'not-executable',
      when: async (lab, names) => (await faultOfFile(lab, names)) === 'not-executable',
      text: (_, { plugin }) =>
        `/opt/cni/bin/${plugin} may not be executed. A runtime does not know that it is a script for bash, it just executes it: chmod +x.`,
    },
    {
      id: 'no-list',
      when: async (lab) => (await answer(lab)) !== undefined,
      text: () =>
        'It answers, in JSON. It takes two fields: "cniVersion", the version of this answer, and "supportedVersions", a list of texts with "1.1.0" in it.',
    },
    {
      id: 'ask-it',
      text: (_, { plugin }) =>
        `Call it: CNI_COMMAND=VERSION /opt/cni/bin/${plugin} < /dev/null > ~/version.json. What it prints has to be JSON, and nothing else.`,
    },
  ],
  solutions: [
    {
      title: 'In bash',
      steps: [
        write('{{plugin}}', ['case $CNI_COMMAND in', versions, 'esac']),
        'CNI_COMMAND=VERSION /opt/cni/bin/{{plugin}} < /dev/null | tee ~/version.json',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'A file that may not be executed',
      steps: [
        `${write('{{plugin}}', ['case $CNI_COMMAND in', versions, 'esac'])}; chmod -x /opt/cni/bin/{{plugin}}`,
        'CNI_COMMAND=VERSION bash /opt/cni/bin/{{plugin}} > ~/version.json',
      ],
      hint: 'not-executable',
    },
    {
      title: 'The version it is written in, only',
      steps: [
        write('{{plugin}}', [`echo '{"cniVersion":"1.1.0"}'`]),
        'CNI_COMMAND=VERSION /opt/cni/bin/{{plugin}} < /dev/null > ~/version.json',
      ],
      hint: 'no-list',
    },
  ],
};

export const passedOn = (lab: LabHandle, names: Names): CniCall | undefined => mine(lab, names, 'ADD').at(-1);

export const pass: Task<Names> = {
  id: 'pass',
  title:
    'Chain {{plugin}} behind bridge in {{network}}, and attach red: what was achieved before it must be in the result',
  needs: ['introduce'],
  points: 15,
  kind: 'edge',
  check(lab, names) {
    const last = passedOn(lab, names);
    return (
      last?.exitCode === 0 &&
      listAt(parsed(last.stdout), 'ips').length > 0 &&
      (attachmentTo(lab.state, names.network, 'red')?.addresses.length ?? 0) > 0
    );
  },
  hints: [
    {
      id: 'whole-configuration',
      when: (lab, names) => field(parsed(passedOn(lab, names)?.stdout), 'prevResult') !== undefined,
      text: () =>
        'Your plugin prints all that it was given. That is no result: a runtime looks for ips at the top, and finds them nowhere. What was achieved before lies in the field prevResult: jq .prevResult',
    },
    {
      id: 'said-nothing',
      when: (lab, names) => passedOn(lab, names)?.stdout.trim() === '',
      text: () =>
        'Your plugin was called, and printed nothing. At ADD, silence is not a result. The least it can do is print the prevResult that it was given.',
    },
    {
      id: 'failed',
      when: (lab, names) => mine(lab, names, 'ADD').slice(-1).some(hasFailed),
      text: (lab, names) =>
        `Your plugin failed (exit status ${passedOn(lab, names)?.exitCode}): ${passedOn(lab, names)?.stderr.trim() || passedOn(lab, names)?.stdout.trim()}`,
    },
    {
      id: 'not-in-the-list',
      when: async (lab, { network, plugin }) => pluginIn(await networkList(lab, network), plugin) === undefined,
      text: (_, { plugin, forbidden }) =>
        `The list does not name it yet. A second object in "plugins": { "type": "${plugin}", "forbidden": "${forbidden}" }`,
    },
    {
      id: 'attach-anew',
      text: ({ state }, { network }) =>
        `${lastFailure(state) ?? ''} It is in the list. If red is attached already: cnitool del ${network} /run/netns/red, then add.`.trim(),
    },
  ],
  solutions: [
    { title: 'By jq', steps: [write('{{plugin}}', passing), detach, chained, attach] },
    {
      title: 'By a shell that becomes jq',
      steps: [
        write('{{plugin}}', ['if [ "$CNI_COMMAND" = ADD ]; then exec jq .prevResult; fi']),
        `${chained}; ${attach}`,
      ],
    },
  ],
  pitfalls: [
    { title: 'A plugin that keeps silent', steps: [chained, attach], hint: 'said-nothing' },
    {
      title: 'Back comes what went in',
      steps: [write('{{plugin}}', ['cat']), chained, attach],
      hint: 'whole-configuration',
    },
  ],
};
