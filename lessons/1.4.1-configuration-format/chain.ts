/** Tasks on lists of more than one plugin, and on what a runtime may pass on to them. */
import {
  addressIn,
  attachmentTo,
  calls,
  containerDevice,
  field,
  isFor,
  lastFailure,
  listAt,
  networkList,
} from '../cni';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { brokenFile } from './list';
import { edit, type Names, reattach } from './names';

async function typesIn(lab: LabHandle, network: string): Promise<unknown[]> {
  return listAt(await networkList(lab, network), 'plugins').map((plugin) => field(plugin, 'type'));
}

const mtuOf = (lab: LabHandle) => String(containerDevice(lab.state, 'red')?.mtu ?? '');
const wasTuned = ({ state }: LabHandle) =>
  calls(state, 'tuning', 'ADD').some((call) => isFor(call, 'red') && call.exitCode === 0);

export const chain: Task<Names> = {
  id: 'chain',
  title: "Chain a second plugin to the list, tuning, which sets the MTU of red's interface to {{mtu}}",
  needs: ['addresses'],
  points: 10,
  kind: 'edge',
  check: (lab, { mtu }) => mtuOf(lab) === mtu && wasTuned(lab),
  hints: [
    {
      id: 'before-the-bridge',
      when: async (lab, { network }) => (await typesIn(lab, network))[0] === 'tuning',
      text: ({ state }) =>
        `${lastFailure(state) ?? ''} The order in the list is the order in which plugins are called, and tuning changes an interface that somebody has to have made before: bridge first.`.trim(),
    },
    {
      id: 'by-the-bridge',
      when: (lab, { mtu }) => mtuOf(lab) === mtu && !wasTuned(lab),
      text: () =>
        'The MTU is right, but it was the bridge plugin, or you, that set it. Both work; here it is to be a plugin of the chain: an object of its own behind that of bridge, with "type": "tuning".',
    },
    {
      id: 'not-reattached',
      when: async (lab, { network }) => (await typesIn(lab, network)).includes('tuning'),
      text: ({ state }, { network }) =>
        `${lastFailure(state) ?? 'tuning is in the list.'} What is attached keeps what it got: cnitool del ${network} /run/netns/red, then cnitool add.`,
    },
    {
      id: 'second-object',
      text: (_, { mtu }) =>
        `A second object in "plugins": { "type": "tuning", "mtu": ${mtu} }. The number without quotes.`,
    },
  ],
  solutions: [{ title: 'Behind the bridge', steps: [edit('.plugins += [{type: "tuning", mtu: {{mtu}}}]'), reattach] }],
  pitfalls: [
    {
      title: 'In front of the bridge',
      steps: [edit('.plugins = [{type: "tuning", mtu: {{mtu}}}] + .plugins'), reattach],
      hint: 'before-the-bridge',
    },
    { title: 'As a field of the bridge', steps: [edit('.plugins[0].mtu = {{mtu}}'), reattach], hint: 'by-the-bridge' },
  ],
};

const isDeclared = async (lab: LabHandle, { network }: Names) =>
  listAt(await networkList(lab, network), 'plugins').some((plugin) => field(plugin, 'capabilities', 'ips') === true);

export const capability: Task<Names> = {
  id: 'capability',
  title:
    'Let a runtime wish for an address: declare the capability ips in the list, and attach the container blue at {{asked}}',
  needs: ['addresses'],
  points: 15,
  kind: 'edge',
  check: async (lab, names) =>
    addressIn(lab.state, 'blue') === names.asked &&
    attachmentTo(lab.state, names.network, 'blue') !== undefined &&
    (await isDeclared(lab, names)),
  hints: [
    {
      id: 'not-declared',
      when: async (lab, names) =>
        attachmentTo(lab.state, names.network, 'blue') !== undefined && !(await isDeclared(lab, names)),
      text: ({ state }, { network }) =>
        `blue has ${addressIn(state, 'blue')}. The runtime passes a wish on only to plugins that say they can grant it: "capabilities": { "ips": true } in the object of the bridge plugin, which hands it on to host-local. Then cnitool del ${network} /run/netns/blue, and again.`,
    },
    {
      id: 'not-asked',
      when: async (lab, names) => (await isDeclared(lab, names)) && addressIn(lab.state, 'blue') !== undefined,
      text: ({ state }, { asked, network }) =>
        `The capability is declared, and blue has ${addressIn(state, 'blue')}. cnitool reads wishes from the variable CAP_ARGS: CAP_ARGS='{"ips":["${asked}"]}' cnitool add ${network} /run/netns/blue. Detach blue first.`,
    },
    {
      id: 'declare',
      text: ({ state }, { asked, network }) =>
        `${lastFailure(state) ?? ''} Two sides have to say it: the list, by "capabilities": { "ips": true } in the object of the bridge plugin; and whoever calls, by CAP_ARGS='{"ips":["${asked}"]}' in front of cnitool add ${network} /run/netns/blue.`.trim(),
    },
  ],
  solutions: [
    {
      title: 'Declared and asked for',
      steps: [
        edit('.plugins[0].capabilities = {ips: true}'),
        `CAP_ARGS='{"ips":["{{asked}}"]}' cnitool add {{network}} /run/netns/blue`,
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Asked for, but not declared',
      steps: [`CAP_ARGS='{"ips":["{{asked}}"]}' cnitool add {{network}} /run/netns/blue`],
      hint: 'not-declared',
    },
    {
      title: 'Declared, but not asked for',
      steps: [edit('.plugins[0].capabilities = {ips: true}'), 'cnitool add {{network}} /run/netns/blue'],
      hint: 'not-asked',
    },
  ],
};

const seated = ({ state }: LabHandle, { second, secondNet }: Names) =>
  ['left', 'right'].filter(
    (name) =>
      attachmentTo(state, second, name) !== undefined && (addressIn(state, name)?.startsWith(`${secondNet}.`) ?? false),
  );

const draft = '/etc/cni/net.d/30-{{second}}.conflist';
/** All that is wrong but the order. */
const words = `s/"plugin":/"plugins":/; s|\\.1/24|.0/24|; s/" },$/" }/`;

export const repair: Task<Names> = {
  id: 'repair',
  title:
    'Challenge: ~/{{second}}.conflist is a draft with four mistakes. Make a network of it, with both its plugins, and attach left and right',
  points: 25,
  challenge: true,
  async check(lab, names) {
    const types = await typesIn(lab, names.second);
    return seated(lab, names).length === 2 && types.includes('bridge') && types.includes('portmap');
  },
  hints: [
    {
      id: 'not-json',
      when: async (lab) => (await brokenFile(lab)) !== undefined,
      text: async (lab) =>
        `${await brokenFile(lab)} is no JSON, so nothing behind it in the directory is looked at either. jq . says the line; the mistake is where something ends, shortly before it.`,
    },
    {
      id: 'not-a-list',
      when: async (lab, { second }) => {
        const list = await networkList(lab, second);
        return list !== undefined && listAt(list, 'plugins').length === 0;
      },
      text: () =>
        'It is JSON now, and it has a name. But where does a list keep its plugins? Look at the letters of the key.',
    },
    {
      id: 'dropped',
      when: async (lab, { second }) => {
        const types = await typesIn(lab, second);
        return types.length > 0 && !(types.includes('bridge') && types.includes('portmap'));
      },
      text: () => 'One of the two plugins has got lost. Both were wanted: bridge and portmap.',
    },
    {
      id: 'order',
      when: async (lab, { second }) => (await typesIn(lab, second))[0] === 'portmap',
      text: ({ state }) =>
        `${lastFailure(state) ?? ''} portmap leads ports to the address of a container. Who has to have been there before it?`.trim(),
    },
    {
      id: 'host-bits',
      when: ({ state }) => lastFailure(state)?.includes('host bits') ?? false,
      text: ({ state }) => `${lastFailure(state)} So it is the fourth mistake.`,
    },
    {
      id: 'attach',
      when: async (lab, { second }) => (await networkList(lab, second)) !== undefined,
      text: (lab, names) =>
        `${lastFailure(lab.state) ?? ''} Attached to ${names.second} so far: ${seated(lab, names).join(' and ') || 'nobody'}.`.trim(),
    },
    {
      id: 'put-it-there',
      text: (_, { second }) =>
        `There is no list named ${second} yet. Its place is /etc/cni/net.d, in a file that ends in .conflist; then every attempt with cnitool names the next mistake.`,
    },
  ],
  solutions: [
    {
      title: 'Four corrections',
      steps: [
        `sed '${words}' ~/{{second}}.conflist | jq '.plugins |= reverse' > ${draft}`,
        'for name in left right; do cnitool add {{second}} /run/netns/$name > ~/result; done',
      ],
    },
    {
      title: 'Written anew',
      steps: [
        `jq -n '{cniVersion: "1.0.0", name: "{{second}}", plugins: [{type: "bridge", bridge: "br-{{second}}", ipam: {type: "host-local", subnet: "{{secondNet}}.0/24"}}, {type: "portmap", capabilities: {portMappings: true}}]}' > ${draft}`,
        'cnitool add {{second}} /run/netns/left; cnitool add {{second}} /run/netns/right',
      ],
    },
  ],
  pitfalls: [
    { title: 'As it is', steps: [`cp ~/{{second}}.conflist ${draft}`], hint: 'not-json' },
    {
      title: 'Three of four corrections',
      steps: [`sed '${words}' ~/{{second}}.conflist > ${draft}`, 'cnitool add {{second}} /run/netns/left'],
      hint: 'order',
    },
    {
      title: 'Without the plugin that complains',
      steps: [
        `sed '${words}' ~/{{second}}.conflist | jq '.plugins |= [.[1]]' > ${draft}`,
        'for name in left right; do cnitool add {{second}} /run/netns/$name > ~/result; done',
      ],
      hint: 'dropped',
    },
  ],
};
