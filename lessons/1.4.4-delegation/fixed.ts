/** The task on another manager of addresses: one that chooses nothing and books nothing. */
import { addressIn, attachmentTo, field, lastFailure, networkList, pluginIn } from '../cni';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { attach, delegated, type Names } from './names';

const file = '/etc/cni/net.d/10-{{wide}}.conflist';
const edit = (filter: string) => `jq '${filter}' ${file} > ~/new; cp ~/new ${file}`;

const manager = async (lab: LabHandle, { wide }: Names) =>
  field(pluginIn(await networkList(lab, wide), 'bridge'), 'ipam', 'type');

export const fixed: Task<Names> = {
  id: 'fixed',
  title: 'Let {{wide}} hand address management to static, and attach blue, which gets {{fixed}}',
  points: 15,
  kind: 'edge',
  check: ({ state }, names) =>
    addressIn(state, 'blue') === names.fixed &&
    attachmentTo(state, names.wide, 'blue') !== undefined &&
    delegated(state, 'static', 'ADD').length > 0,
  hints: [
    {
      id: 'no-prefix',
      when: ({ state }) => lastFailure(state)?.includes('CIDR') ?? false,
      text: ({ state }, names) =>
        `${lastFailure(state)} How large is the network? static is told nothing else: ${names.fixed}/24.`,
    },
    {
      id: 'by-host-local',
      when: ({ state }) => addressIn(state, 'blue') !== undefined && delegated(state, 'static', 'ADD').length === 0,
      text: async (lab, names) =>
        `blue has ${addressIn(lab.state, 'blue')}, and it was host-local that chose it. ${(await manager(lab, names)) === 'static' ? 'The list says static now: detach blue, and attach it again.' : 'Change "type" in "ipam" to static, and tell it which addresses.'}`,
    },
    {
      id: 'no-addresses',
      when: async (lab, names) => (await manager(lab, names)) === 'static',
      text: ({ state }, names) =>
        `${lastFailure(state) ?? ''} static does not know subnet or ranges. It takes "addresses": [{ "address": "${names.fixed}/24" }]. Then attach blue.`.trim(),
    },
    {
      id: 'change-type',
      text: () =>
        'The delegate is the program that "type" in "ipam" names. Write another object for ipam in the list, and attach blue.',
    },
  ],
  solutions: [
    {
      title: 'An address in the list',
      steps: [
        edit('.plugins[0].ipam = {type: "static", addresses: [{address: "{{fixed}}/24"}]}'),
        attach('{{wide}}', 'blue'),
      ],
    },
    {
      title: 'An address that the runtime wishes for',
      steps: [
        edit('.plugins[0].ipam = {type: "static"} | .plugins[0].capabilities = {ips: true}'),
        `CAP_ARGS='{"ips":["{{fixed}}/24"]}' ${attach('{{wide}}', 'blue')}`,
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Without the length of the prefix',
      steps: [
        edit('.plugins[0].ipam = {type: "static", addresses: [{address: "{{fixed}}"}]}'),
        attach('{{wide}}', 'blue'),
      ],
      hint: 'no-prefix',
    },
    {
      title: 'A range of one, by host-local',
      steps: [edit('.plugins[0].ipam += {rangeStart: "{{fixed}}", rangeEnd: "{{fixed}}"}'), attach('{{wide}}', 'blue')],
      hint: 'by-host-local',
    },
    {
      title: 'Another type with the old words',
      steps: [edit('.plugins[0].ipam.type = "static"'), attach('{{wide}}', 'blue')],
      hint: 'no-addresses',
    },
  ],
};
