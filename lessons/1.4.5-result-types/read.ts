/** Tasks on reading results: which device is meant, and what older versions looked like. */
import { machineNamespace, type NetDevice } from '../../engine/state';
import { answerIn } from '../answers';
import { attachmentTo, containerDevice, field, lastFailure, parsed } from '../cni';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { attach, type Names } from './names';

/** The Machine's end of red's cable. */
function port({ state }: LabHandle): NetDevice | undefined {
  const link = containerDevice(state, 'red')?.link;
  const ns = machineNamespace(state, 'lab', 'net');
  return Object.values(state.devices).find((device) => link && device.ns === ns && device.index === link.index);
}

const nameIn = async (lab: LabHandle) => (await answerIn(lab, '/root/port'))?.replace(/"/g, '').split('@')[0];

export const wire: Task<Names> = {
  id: 'wire',
  title:
    "Attach red to {{network}}. Which device is the end of its cable on the Machine's side? Write the name into ~/port",
  points: 5,
  check: async (lab) => port(lab) !== undefined && (await nameIn(lab)) === port(lab)?.name,
  hints: [
    {
      id: 'not-attached',
      when: ({ state }, { network }) => attachmentTo(state, network, 'red') === undefined,
      text: ({ state }, { network }) =>
        `${lastFailure(state) ?? ''} cnitool add ${network} /run/netns/red prints the result.`.trim(),
    },
    {
      id: 'bridge-itself',
      when: async (lab, { network }) => (await nameIn(lab)) === `br-${network}`,
      text: () =>
        'That is the bridge, to which the cable leads. The cable has two ends; the result names all three devices.',
    },
    {
      id: 'in-the-container',
      when: async (lab) => (await nameIn(lab)) === 'eth0',
      text: () => `eth0 has a "sandbox" in the result: it is in the container. The Machine's own devices have none.`,
    },
    {
      id: 'interfaces',
      text: () =>
        'In the result, "interfaces" lists devices. Those without "sandbox" are on the Machine: one is the bridge, the other is what you look for. ip -br link knows it, too.',
    },
  ],
  solutions: [
    { title: 'From the result', steps: [attach, `jq -r '.interfaces[1].name' ~/result > ~/port`] },
    { title: 'From the bridge', steps: [attach, 'ip -br link show master br-{{network}} | cut -d @ -f 1 > ~/port'] },
  ],
  pitfalls: [
    {
      title: 'The first in the list',
      steps: [attach, `jq -r '.interfaces[0].name' ~/result > ~/port`],
      hint: 'bridge-itself',
    },
    {
      title: 'The one that has the address',
      steps: [attach, `jq -r '.interfaces[.ips[0].interface].name' ~/result > ~/port`],
      hint: 'in-the-container',
    },
  ],
};

const older = async (lab: LabHandle) => parsed(await lab.files().text('/root/older.json'));
const isOld = (version: unknown) => version === '0.1.0' || version === '0.2.0';

export const past: Task<Names> = {
  id: 'past',
  title: 'Produce a result in the format of 0.2.0 for a container of this network, and keep it in ~/older.json',
  points: 10,
  async check(lab) {
    const result = await older(lab);
    return isOld(field(result, 'cniVersion')) && typeof field(result, 'ip4', 'ip') === 'string';
  },
  hints: [
    {
      id: 'relabelled',
      when: async (lab) => isOld(field(await older(lab), 'cniVersion')),
      text: () =>
        'It says 0.2.0, and has the shape of a later version: relabelled, not converted. Let the plugin do it: it answers in the version that the configuration is written in.',
    },
    {
      id: 'too-new',
      when: async (lab) => (await older(lab)) !== undefined,
      text: async (lab) =>
        `The result in ~/older.json is of version ${String(field(await older(lab), 'cniVersion'))}. The configuration decides: its cniVersion has to be 0.2.0.`,
    },
    {
      id: 'version-of-the-list',
      text: ({ state }) =>
        `${lastFailure(state) ?? ''} Make a list with cniVersion 0.2.0 (another file and another name will do, or change this one for a moment), attach blue, and send the result to ~/older.json.`.trim(),
    },
  ],
  solutions: [
    {
      title: 'Another list',
      steps: [
        `jq '.cniVersion = "0.2.0" | .name = "older"' /etc/cni/net.d/10-{{network}}.conflist > /etc/cni/net.d/20-older.conflist`,
        'cnitool add older /run/netns/blue > ~/older.json',
      ],
    },
    {
      title: 'The plugin itself, by hand',
      steps: [
        `jq '.plugins[0] + {name, cniVersion: "0.2.0"}' /etc/cni/net.d/10-{{network}}.conflist | CNI_COMMAND=ADD CNI_CONTAINERID=old CNI_NETNS=/run/netns/blue CNI_IFNAME=eth0 CNI_PATH=/opt/cni/bin /opt/cni/bin/bridge > ~/older.json`,
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Another number on the same thing',
      steps: ['cnitool add {{network}} /run/netns/blue | sed s/1.1.0/0.2.0/ > ~/older.json'],
      hint: 'relabelled',
    },
    { title: 'As the list is', steps: ['cnitool add {{network}} /run/netns/blue > ~/older.json'], hint: 'too-new' },
  ],
};
