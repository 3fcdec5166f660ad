/** The challenge: a chain of two plugins, with the learner as the runtime. */
import { callsOf, pluginType } from '../../engine/state';
import { addressIn, calls, field, isFor, lastFailure, leadsTo, listAt, parsed } from '../cni';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { call, type Names, variables } from './names';

const target = ({ state }: LabHandle) => `${addressIn(state, 'cell')}:8000`;
const isAttached = (lab: LabHandle, { net }: Names) => addressIn(lab.state, 'cell')?.startsWith(`${net}.`) ?? false;

/** The last configuration portmap was given by hand, to which it had nothing to object. */
function accepted({ state }: LabHandle): unknown {
  const last = calls(state, 'portmap', 'ADD').findLast(
    (one) => one.exitCode === 0 && isFor(one, 'cell') && !one.environment.CNI_CONTAINERID?.startsWith('cnitool-'),
  );
  return parsed(last?.stdin);
}

const usedTool = ({ state }: LabHandle) =>
  callsOf(state, 'lab').some(
    (one) => pluginType(one) === 'portmap' && one.environment.CNI_CONTAINERID?.startsWith('cnitool-'),
  );

export const publish: Task<Names> = {
  id: 'publish',
  title:
    'Challenge: attach the namespace cell, as {{second}}, by bridge and portmap, without any runtime but yourself: port {{port}} of the Machine leads to its port 8000',
  points: 25,
  challenge: true,
  check: (lab, names) =>
    isAttached(lab, names) && accepted(lab) !== undefined && leadsTo(lab.state, names.port, target(lab)),
  hints: [
    {
      id: 'not-attached',
      when: (lab, names) => !isAttached(lab, names),
      text: ({ state }, { second }) =>
        `${lastFailure(state) ?? ''} First things first: cell has no address yet. ADD by bridge, as ${second}, and keep the result.`.trim(),
    },
    {
      id: 'no-previous',
      when: ({ state }) => lastFailure(state)?.includes('prevResult') ?? false,
      text: ({ state }) =>
        `${lastFailure(state)} How should portmap know cell's address? From the result of the plugin before it.`,
    },
    {
      id: 'no-wish',
      when: (lab) => accepted(lab) !== undefined && listAt(accepted(lab), 'runtimeConfig', 'portMappings').length === 0,
      text: (lab) =>
        `portmap was content and did nothing: it was not told of any port. ${field(accepted(lab), 'portMappings') === undefined ? '' : 'It does not look for portMappings at the top. '}What comes from the runtime stands in the object runtimeConfig, as "portMappings": [{"hostPort": ..., "containerPort": ..., "protocol": "tcp"}].`,
    },
    {
      id: 'by-rule-or-tool',
      when: (lab, { port }) => leadsTo(lab.state, port, target(lab)) || usedTool(lab),
      text: () =>
        'The port is open, but it was not you who executed portmap. Close it again, and call the plugin itself, with its variables and its standard input.',
    },
    {
      id: 'compose',
      text: ({ state }, { port }) =>
        `${lastFailure(state) ?? ''} portmap wants: cniVersion, name, type, prevResult, and runtimeConfig with portMappings; hostPort is ${port}, a number. Its result is the one it was given.`.trim(),
    },
  ],
  solutions: [
    {
      title: 'Two calls, and what passes between them',
      steps: [
        variables('{{second}}', 'cell'),
        `${call('ADD')} > ~/first.json`,
        `jq -n --slurpfile r ~/first.json '{cniVersion: "1.0.0", name: "{{network}}", type: "portmap", prevResult: $r[0], runtimeConfig: {portMappings: [{hostPort: {{port}}, containerPort: 8000, protocol: "tcp"}]}}' > ~/second.json`,
        call('ADD', '~/second.json', 'portmap'),
      ],
    },
    {
      title: 'In a pipeline',
      steps: [
        variables('{{second}}', 'cell'),
        `${call('ADD')} | jq '{cniVersion, name: "{{network}}", type: "portmap", prevResult: ., runtimeConfig: {portMappings: [{hostPort: {{port}}, containerPort: 8000}]}}' | CNI_COMMAND=ADD /opt/cni/bin/portmap`,
      ],
    },
  ],
  pitfalls: [
    {
      title: 'The wish in the wrong place',
      steps: [
        variables('{{second}}', 'cell'),
        `${call('ADD')} | jq '{cniVersion, name: "{{network}}", type: "portmap", prevResult: ., portMappings: [{hostPort: {{port}}, containerPort: 8000}]}' | CNI_COMMAND=ADD /opt/cni/bin/portmap`,
      ],
      hint: 'no-wish',
    },
    {
      title: 'No result of the first',
      steps: [
        variables('{{second}}', 'cell'),
        call('ADD'),
        `echo '{"cniVersion":"1.0.0","name":"{{network}}","type":"portmap","runtimeConfig":{"portMappings":[{"hostPort":{{port}},"containerPort":8000}]}}' | CNI_COMMAND=ADD /opt/cni/bin/portmap`,
      ],
      hint: 'no-previous',
    },
  ],
};
