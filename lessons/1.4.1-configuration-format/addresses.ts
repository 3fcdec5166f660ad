/** Tasks on what a plugin's own object says: addresses, a gateway, name servers. */
import {
  addressIn,
  attachmentTo,
  calls,
  field,
  hasDefaultRoute,
  isFor,
  lastFailure,
  listAt,
  networkList,
  parsed,
  pluginIn,
} from '../cni';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { attach, edit, type Names, reattach } from './names';

const bridgeOf = async (lab: LabHandle, { network }: Names) => pluginIn(await networkList(lab, network), 'bridge');
const again = ({ network }: Names) =>
  `cnitool del ${network} /run/netns/red, and then cnitool add ${network} /run/netns/red.`;

export const addresses: Task<Names> = {
  id: 'addresses',
  title: 'Let host-local give out addresses of {{net}}.0/24 in {{network}}, and attach the container red',
  needs: ['first-list'],
  points: 10,
  kind: 'edge',
  check: ({ state }, { network, net }) =>
    (addressIn(state, 'red')?.startsWith(`${net}.`) ?? false) && attachmentTo(state, network, 'red') !== undefined,
  hints: [
    {
      id: 'ipam-outside',
      when: async (lab, { network }) => field(await networkList(lab, network), 'ipam') !== undefined,
      text: (_, names) =>
        `"ipam" stands beside "plugins", where nobody reads it: a plugin is given its own object, and of the list only name and version. Move it into the object of the bridge plugin. ${attachedAlready}${again(names)}`,
    },
    {
      id: 'host-bits',
      when: ({ state }) => lastFailure(state)?.includes('host bits') ?? false,
      text: ({ state }, { net }) =>
        `${lastFailure(state)} A subnet is named by its first address, in which all bits of the host are zero: ${net}.0/24.`,
    },
    {
      id: 'attached-before',
      when: async (lab, names) =>
        field(await bridgeOf(lab, names), 'ipam', 'type') === 'host-local' &&
        attachmentTo(lab.state, names.network, 'red') !== undefined,
      text: (_, names) =>
        `The list is right now, but red was attached before that, and keeps what it got then: ${again(names)}`,
    },
    {
      id: 'no-ipam',
      when: async (lab, names) => field(await bridgeOf(lab, names), 'ipam') === undefined,
      text: (_, { net }) =>
        `The bridge plugin has no "ipam" yet. It is an object of its own: "ipam": { "type": "host-local", "subnet": "${net}.0/24" }.`,
    },
    {
      id: 'attach',
      text: ({ state }, { network }) =>
        `${lastFailure(state) ?? ''} The list has an ipam. Attach the container: cnitool add ${network} /run/netns/red`.trim(),
    },
  ],
  solutions: [
    {
      title: 'A subnet',
      steps: [edit('.plugins[0].ipam = {type: "host-local", subnet: "{{net}}.0/24"}'), attach],
    },
    {
      title: 'A list of ranges',
      steps: [edit('.plugins[0].ipam = {type: "host-local", ranges: [[{subnet: "{{net}}.0/24"}]]}'), attach],
    },
  ],
  pitfalls: [
    {
      title: 'ipam beside the plugins',
      steps: [edit('.ipam = {type: "host-local", subnet: "{{net}}.0/24"}'), attach],
      hint: 'ipam-outside',
    },
    {
      title: "The gateway's address in place of the subnet's",
      steps: [edit('.plugins[0].ipam = {type: "host-local", subnet: "{{net}}.1/24"}'), attach],
      hint: 'host-bits',
    },
  ],
};

const attachedAlready = 'What is attached already does not notice that the file has changed: ';

export const gateway: Task<Names> = {
  id: 'gateway',
  title: 'Make the Machine the gateway of {{network}}: red has a default route by way of {{net}}.1',
  needs: ['addresses'],
  points: 10,
  kind: 'edge',
  check: ({ state }, { network, net }) =>
    hasDefaultRoute(state, 'red', `${net}.1`) && attachmentTo(state, network, 'red') !== undefined,
  hints: [
    {
      id: 'no-route',
      when: async (lab, names) => {
        const bridge = await bridgeOf(lab, names);
        return (
          field(bridge, 'isGateway') === true &&
          field(bridge, 'isDefaultGateway') !== true &&
          listAt(bridge, 'ipam', 'routes').length === 0
        );
      },
      text: () =>
        'isGateway gives the bridge an address, and that is all: containers can reach the Machine, but know no way beyond it. Either isDefaultGateway, or a route to 0.0.0.0/0 among the routes of ipam.',
    },
    {
      id: 'not-reattached',
      when: async (lab, names) => {
        const bridge = await bridgeOf(lab, names);
        return field(bridge, 'isDefaultGateway') === true || field(bridge, 'isGateway') === true;
      },
      text: ({ state }, names) =>
        `${lastFailure(state) ?? attachedAlready}${lastFailure(state) ? ' ' : ''}${again(names)}`,
    },
    {
      id: 'is-default-gateway',
      text: (_, names) =>
        `The bridge plugin knows a field isDefaultGateway: true (without quotes). Then attach red anew: ${again(names)}`,
    },
  ],
  solutions: [
    { title: 'isDefaultGateway', steps: [edit('.plugins[0].isDefaultGateway = true'), reattach] },
    {
      title: 'A gateway, and a route from ipam',
      steps: [edit('.plugins[0].isGateway = true | .plugins[0].ipam.routes = [{dst: "0.0.0.0/0"}]'), reattach],
    },
  ],
  pitfalls: [
    { title: 'Changing the file only', steps: [edit('.plugins[0].isDefaultGateway = true')], hint: 'not-reattached' },
    {
      title: 'A gateway that nobody goes by',
      steps: [edit('.plugins[0].isGateway = true'), reattach],
      hint: 'no-route',
    },
  ],
};

/** The name servers that the last ADD of red resulted in. */
function reportedServers(lab: LabHandle): unknown[] {
  const last = calls(lab.state, 'bridge', 'ADD').findLast((call) => isFor(call, 'red') && call.exitCode === 0);
  return listAt(parsed(last?.stdout), 'dns', 'nameservers');
}

export const dns: Task<Names> = {
  id: 'dns',
  title: 'Let the result of attaching red name the name server {{nameserver}} and the search domain {{domain}}',
  needs: ['addresses'],
  points: 10,
  kind: 'edge',
  check(lab, { nameserver, domain }) {
    const last = calls(lab.state, 'bridge', 'ADD').findLast((call) => isFor(call, 'red') && call.exitCode === 0);
    return reportedServers(lab).includes(nameserver) && listAt(parsed(last?.stdout), 'dns', 'search').includes(domain);
  },
  hints: [
    {
      id: 'dns-outside',
      when: async (lab, { network }) => field(await networkList(lab, network), 'dns') !== undefined,
      text: () =>
        '"dns" stands at the top of the list, which has no such field. It belongs to a plugin: into the object whose "type" is bridge.',
    },
    {
      id: 'dns-in-ipam',
      when: async (lab, names) => field(await bridgeOf(lab, names), 'ipam', 'dns') !== undefined,
      text: () =>
        '"dns" stands in "ipam", and host-local does not know it (it takes name servers from a file, resolvConf). Put it one level higher, beside "ipam".',
    },
    {
      id: 'no-list',
      when: async (lab, names) => typeof field(await bridgeOf(lab, names), 'dns', 'nameservers') === 'string',
      text: ({ state }) =>
        `${lastFailure(state) ?? ''} Of name servers there can be several: a list, in brackets.`.trim(),
    },
    {
      id: 'not-reattached',
      when: async (lab, names) => field(await bridgeOf(lab, names), 'dns') !== undefined,
      text: (lab, names) =>
        `The list says it. ${reportedServers(lab).length === 0 ? 'The last result for red says nothing of name servers yet.' : 'Compare both fields with the last result for red.'} ${attachedAlready}${again(names)}`,
    },
    {
      id: 'dns-object',
      text: (_, { nameserver, domain }) =>
        `Into the object of the bridge plugin: "dns": { "nameservers": ["${nameserver}"], "search": ["${domain}"] }. Then attach red anew.`,
    },
  ],
  solutions: [
    {
      title: 'In the object of the plugin',
      steps: [edit('.plugins[0].dns = {nameservers: ["{{nameserver}}"], search: ["{{domain}}"]}'), reattach],
    },
  ],
  pitfalls: [
    {
      title: 'At the top of the list',
      steps: [edit('.dns = {nameservers: ["{{nameserver}}"], search: ["{{domain}}"]}'), reattach],
      hint: 'dns-outside',
    },
    {
      title: 'In ipam',
      steps: [edit('.plugins[0].ipam.dns = {nameservers: ["{{nameserver}}"], search: ["{{domain}}"]}'), reattach],
      hint: 'dns-in-ipam',
    },
  ],
};
