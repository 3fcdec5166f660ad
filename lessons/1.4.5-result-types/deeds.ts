/** Tasks on what the plugin does: a route, its removal, and a refusal. */
import { type CniCall, machineNamespace, type NsId } from '../../engine/state';
import { containerNs, errorOf, field, hasFailed, parsed } from '../cni';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { acting, attach, detach, type Names, refusing, unchained, undoing, write } from './names';
import { mine, passedOn } from './plugin';

const barred = ({ state }: LabHandle, ns: NsId | undefined, { forbidden }: Names) =>
  Object.values(state.routes).some(
    (route) => route.ns === ns && route.type === 'blackhole' && route.destination === forbidden,
  );
const isBarred = (lab: LabHandle, names: Names) => barred(lab, containerNs(lab.state, 'red'), names);

export const act: Task<Names> = {
  id: 'act',
  title: 'Let {{plugin}} keep containers from {{forbidden}}: at ADD it puts a blackhole route to it into the container',
  needs: ['pass'],
  points: 15,
  kind: 'edge',
  check: (lab, names) => isBarred(lab, names) && passedOn(lab, names)?.exitCode === 0,
  hints: [
    {
      id: 'wrong-namespace',
      when: (lab, names) => barred(lab, machineNamespace(lab.state, 'lab', 'net'), names),
      text: (_, { forbidden }) =>
        `The route is there, but on the Machine: a plugin is executed in the runtime's namespace, not in the container's. Remove it (ip route del blackhole ${forbidden}), and enter the other one in your plugin: nsenter --net="$CNI_NETNS" ip route ...`,
    },
    {
      id: 'failed',
      when: (lab, names) => mine(lab, names, 'ADD').slice(-1).some(hasFailed),
      text: (lab, names) =>
        `Your plugin failed (exit status ${passedOn(lab, names)?.exitCode}): ${passedOn(lab, names)?.stderr.trim() || passedOn(lab, names)?.stdout.trim()}`,
    },
    {
      id: 'attach-anew',
      text: (_, { network, forbidden }) =>
        `In the branch for ADD: nsenter --net="$CNI_NETNS" ip route replace blackhole ${forbidden}, and the network rather from the field forbidden of the configuration. It prints nothing, so the result stays alone on standard output. Then detach red from ${network}, and attach it again.`,
    },
  ],
  solutions: [
    { title: 'With nsenter', steps: [write('{{plugin}}', acting()), `${detach}; ${attach}`] },
    {
      title: 'With ip -n',
      steps: [write('{{plugin}}', acting('ip -n $(basename $CNI_NETNS) route')), `${detach}; ${attach}`],
    },
  ],
  pitfalls: [
    {
      title: 'In the namespace of whoever calls',
      steps: [write('{{plugin}}', acting('ip route')), `${detach}; ${attach}`],
      hint: 'wrong-namespace',
    },
    { title: 'Written, but not called', steps: [write('{{plugin}}', acting())], hint: 'attach-anew' },
  ],
};

/** Calls of DEL since the last ADD. */
function deletions(lab: LabHandle, names: Names): CniCall[] {
  const last = mine(lab, names, 'ADD').at(-1)?.number ?? 0;
  return mine(lab, names, 'DEL').filter(({ number }) => number > last);
}

export const undo: Task<Names> = {
  id: 'undo',
  title: 'Let {{plugin}} take its route back at DEL, and be called for DEL twice in a row without an error',
  needs: ['act'],
  points: 15,
  kind: 'edge',
  check: (lab, names) =>
    !isBarred(lab, names) &&
    deletions(lab, names).length > 1 &&
    deletions(lab, names).every(({ exitCode }) => exitCode === 0),
  hints: [
    {
      id: 'second-time',
      when: (lab, names) => deletions(lab, names).some(hasFailed),
      text: (lab, names) =>
        `DEL failed: ${deletions(lab, names)
          .findLast(hasFailed)
          ?.stderr.trim()}. What is not there any more need not be deleted, and that is no error: the branch for DEL has to end with exit 0. Then attach red, and detach it twice.`,
    },
    {
      id: 'still-there',
      when: (lab, names) => isBarred(lab, names) && deletions(lab, names).length > 0,
      text: (_, { forbidden }) =>
        `red is detached, and still has the route to ${forbidden}: it hangs on no interface, so it did not go with one. Your plugin has to remove it. (Attach and detach once more when it does.)`,
    },
    {
      id: 'twice',
      text: (_, { network, forbidden }) =>
        `A branch DEL) nsenter --net="$CNI_NETNS" ip route del blackhole ${forbidden}, without complaint when it is gone. Then cnitool del ${network} /run/netns/red, twice.`,
    },
  ],
  solutions: [{ title: 'Content with whatever it finds', steps: [write('{{plugin}}', undoing()), detach, detach] }],
  pitfalls: [
    { title: 'No branch for DEL', steps: [detach, detach], hint: 'still-there' },
    { title: 'One that complains', steps: [write('{{plugin}}', undoing('')), detach, detach], hint: 'second-time' },
  ],
};

const refusals = (lab: LabHandle, names: Names) =>
  mine(lab, names, 'ADD').filter(({ stdin }) => field(parsed(stdin), 'forbidden') === undefined);

export const refuse: Task<Names> = {
  id: 'refuse',
  title:
    'Let {{plugin}} refuse an ADD whose configuration has no forbidden: by an error with a code of its own, 100 or above. Then provoke it',
  needs: ['act'],
  points: 15,
  kind: 'edge',
  check: (lab, names) =>
    refusals(lab, names).some((call) => (errorOf(call)?.code ?? 0) >= 100 && errorOf(call)?.code !== 999),
  hints: [
    {
      id: 'exit-zero',
      when: (lab, names) =>
        refusals(lab, names).some(
          ({ exitCode, stdout }) => exitCode === 0 && field(parsed(stdout), 'code') !== undefined,
        ),
      text: () =>
        'Your plugin printed an error, and ended with exit status 0. So the runtime took it for a result, a rather empty one, and for success. An error needs both: the object, and an exit status other than 0.',
    },
    {
      id: 'for-people',
      when: (lab, names) => refusals(lab, names).some((call) => hasFailed(call) && errorOf(call) === undefined),
      text: () =>
        'It failed, but without an error object on standard output. The runtime has to make one up (code 999), and nobody can tell what was wrong. cniVersion, code and msg, as JSON, on standard output.',
    },
    {
      id: 'reserved',
      when: (lab, names) => refusals(lab, names).some((call) => errorOf(call) !== undefined),
      text: (lab, names) =>
        `It answers code ${errorOf(refusals(lab, names).at(-1))?.code}, which means something else already: those below 100 belong to the specification. Take 100, or any other above it.`,
    },
    {
      id: 'provoke',
      text: (_, { network }) =>
        `jq -r .forbidden prints null when there is none. Print an error then, and exit 1. To provoke it, take "forbidden" out of the list (or call the plugin with another one), and attach red to ${network}.`,
    },
  ],
  solutions: [
    {
      title: 'An object, and an exit status',
      steps: [write('{{plugin}}', refusing()), detach, `${unchained}; ${attach}`],
    },
  ],
  pitfalls: [
    {
      title: 'A word to people',
      steps: [
        write('{{plugin}}', refusing('echo forbidden is missing >&2; exit 1')),
        detach,
        `${unchained}; ${attach}`,
      ],
      hint: 'for-people',
    },
    {
      title: 'An error that succeeds',
      steps: [
        write('{{plugin}}', refusing(`echo '{"cniVersion":"1.1.0","code":100,"msg":"forbidden is missing"}'; exit 0`)),
        detach,
        `${unchained}; ${attach}`,
      ],
      hint: 'exit-zero',
    },
  ],
};
