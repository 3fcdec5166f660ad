/** The first task: a file that is a network list. */
import { configurations, field, networkList, parsed, pluginIn } from '../cni';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { file, type Names } from './names';

interface Found {
  name: string;
  value: unknown;
}

/** The files of the directory; `value` is undefined for what is no JSON. */
export async function filesOf(lab: LabHandle): Promise<Found[]> {
  const found: Found[] = [];
  for (const name of (await lab.files().list(configurations)) ?? []) {
    found.push({ name, value: parsed(await lab.files().text(`${configurations}/${name}`)) });
  }
  return found;
}

export async function brokenFile(lab: LabHandle): Promise<string | undefined> {
  return (await filesOf(lab)).find(({ value }) => value === undefined)?.name;
}

/** What is not as it should be in the list, in words. */
function faults(list: unknown, { network }: Names): string[] {
  const version = field(list, 'cniVersion');
  return [
    ...(typeof version === 'string' && /^\d+\.\d+\.\d+$/.test(version) ? [] : ['"cniVersion" is a text: "1.1.0"']),
    ...(field(list, 'name') === network ? [] : [`"name" is "${network}"`]),
    ...(pluginIn(list, 'bridge') === undefined
      ? ['"plugins" is a list that has an object with "type": "bridge"']
      : field(pluginIn(list, 'bridge'), 'bridge') === `br-${network}`
        ? []
        : [`"bridge", in the plugin, is "br-${network}"`]),
  ];
}

export const firstList: Task<Names> = {
  id: 'first-list',
  title:
    'Write a network list for {{network}} into /etc/cni/net.d: version 1.1.0, one plugin, bridge, whose bridge is to be called br-{{network}}',
  points: 10,
  async check(lab, names) {
    const list = await networkList(lab, names.network);
    return list !== undefined && faults(list, names).length === 0;
  },
  hints: [
    {
      id: 'not-json',
      when: async (lab) => (await brokenFile(lab)) !== undefined,
      text: async (lab) =>
        `${await brokenFile(lab)} is no JSON. jq . ${configurations}/${await brokenFile(lab)} says where. Names and texts want double quotes, and after the last item of a list or an object there is no comma.`,
    },
    {
      id: 'wrong-ending',
      when: async (lab) => (await filesOf(lab)).some(({ name }) => !name.endsWith('.conflist')),
      text: async (lab) =>
        `${(await filesOf(lab)).find(({ name }) => !name.endsWith('.conflist'))?.name} does not end in .conflist, so nobody takes it for a list. (.conf is a single plugin of the old kind; anything else is not read at all.)`,
    },
    {
      id: 'single-plugin',
      when: async (lab) => (await filesOf(lab)).some(({ value }) => field(value, 'type') !== undefined),
      text: () =>
        'Your file is the configuration of one plugin, as the first versions of CNI had it: "type" stands at the top. A list has "plugins" there, and each plugin is an object in it.',
    },
    {
      id: 'faults',
      when: async (lab) => (await filesOf(lab)).length > 0,
      text: async (lab, names) => {
        const [first] = await filesOf(lab);
        return `${first?.name} is there. Still to be so: ${faults(first?.value, names).join('; ')}.`;
      },
    },
    {
      id: 'begin',
      text: (_, { network }) =>
        `There is no file yet. nano /etc/cni/net.d/10-${network}.conflist, and begin with an object that has three fields: cniVersion, name, plugins.`,
    },
  ],
  solutions: [
    {
      title: 'Typed out',
      steps: [
        `echo '{"cniVersion":"1.1.0","name":"{{network}}","plugins":[{"type":"bridge","bridge":"br-{{network}}"}]}' > ${file}`,
      ],
    },
    {
      title: 'Composed by jq, which cannot forget a quote',
      steps: [
        `jq -n '{cniVersion: "1.1.0", name: "{{network}}", plugins: [{type: "bridge", bridge: "br-{{network}}"}]}' > ${file}`,
      ],
    },
  ],
  pitfalls: [
    {
      title: 'A comma too many',
      steps: [
        `echo '{"cniVersion":"1.1.0","name":"{{network}}","plugins":[{"type":"bridge","bridge":"br-{{network}}"},]}' > ${file}`,
      ],
      hint: 'not-json',
    },
    {
      title: 'A single plugin',
      steps: [`echo '{"cniVersion":"1.1.0","name":"{{network}}","type":"bridge","bridge":"br-{{network}}"}' > ${file}`],
      hint: 'single-plugin',
    },
    {
      title: 'A list in a file that says .conf',
      steps: [
        `echo '{"cniVersion":"1.1.0","name":"{{network}}","plugins":[{"type":"bridge","bridge":"br-{{network}}"}]}' > /etc/cni/net.d/10-{{network}}.conf`,
      ],
      hint: 'wrong-ending',
    },
    {
      title: 'The name in the wrong place',
      steps: [
        `echo '{"cniVersion":"1.1.0","plugins":[{"type":"bridge","name":"{{network}}","bridge":"br-{{network}}"}]}' > ${file}`,
      ],
      hint: 'faults',
    },
  ],
};
