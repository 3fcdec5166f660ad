/** Tasks on what a container sees: mounts, namespaces, and what is hidden from it. */
import { type LabState, type Mount, machineNamespace, mountAt, pinnedAt } from '../../engine/state';
import { at, listAt, type Running } from '../containers';
import type { Task } from '../define';
import { box, boxes, configOfBox, configure, type Names, notRunning } from './box';

function mountIn(state: LabState, { process }: Running, place: string): Mount | undefined {
  return process.namespaces.mnt && mountAt(state, process.namespaces.mnt, place);
}

function isReadOnly(mount: Mount | undefined): boolean {
  return mount?.options.includes('ro') ?? false;
}

const bind = (options: string) =>
  `.mounts += [{ destination: "/pantry", type: "bind", source: "/root/pantry", options: ${options} }]`;
const scratch = '.mounts += [{ destination: "/tmp", type: "tmpfs", source: "tmpfs" }]';

export const mounts: Task<Names> = {
  id: 'mounts',
  title:
    'Show ~/pantry to the container at /pantry, read-only; make its root read-only as well, and give it a tmpfs at /tmp',
  points: 15,
  kind: 'edge',
  check: ({ state }) =>
    boxes(state).some((one) => {
      const pantry = mountIn(state, one, '/pantry');
      return (
        pantry?.root.endsWith('/pantry') === true &&
        isReadOnly(pantry) &&
        isReadOnly(mountIn(state, one, '/')) &&
        mountIn(state, one, '/tmp')?.fsType === 'tmpfs'
      );
    }),
  hints: [
    {
      id: 'what-kind',
      when: async (lab) =>
        listAt(await configOfBox(lab), 'mounts').some(
          (one) => !at(one, 'type') && !listAt(one, 'options').some((option) => /^r?bind$/.test(String(option))),
        ),
      text: () =>
        'One of your mounts says neither which type of filesystem it is nor that it is a bind mount. A directory of the Machine is bound: "bind" (or "rbind", with what is mounted below it) among the options.',
    },
    notRunning,
    {
      id: 'writable',
      when: ({ state }) =>
        boxes(state).some((one) => mountIn(state, one, '/pantry') && !isReadOnly(mountIn(state, one, '/pantry'))),
      text: () => 'The pantry is there, and can be written to: touch /pantry/x from inside. "ro" among its options.',
    },
    {
      id: 'root-writable',
      when: ({ state }) => boxes(state).every((one) => !isReadOnly(mountIn(state, one, '/'))),
      text: () => 'The root filesystem can still be written to. It is no entry of mounts: root.readonly.',
    },
    {
      id: 'three-things',
      text: () =>
        'mounts is a list, carried out in order: append { destination, type, source, options } for the pantry and for the tmpfs. For the root there is root.readonly.',
    },
  ],
  solutions: [
    {
      title: 'Two mounts and a flag',
      steps: [
        configure(`${bind('["bind", "ro"]')} | ${scratch} | .root.readonly = true`),
        'runc run -d -b ~/box fifth',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'A bind mount that does not say so',
      steps: [
        configure(
          '.mounts += [{ destination: "/pantry", source: "/root/pantry", options: ["ro"] }] | .root.readonly = true',
        ),
        'runc run -d -b ~/box fifth',
      ],
      hint: 'what-kind',
    },
    {
      title: 'A writable pantry',
      steps: [configure(`${bind('["bind"]')} | ${scratch} | .root.readonly = true`), 'runc run -d -b ~/box fifth'],
      hint: 'writable',
    },
  ],
};

function hostnameOf(state: LabState, { process }: Running): string | undefined {
  return state.namespaces[process.namespaces.uts ?? '']?.hostname;
}

export const namespaces: Task<Names> = {
  id: 'namespaces',
  title: 'Make a network namespace {{net}} with ip netns, and run the container in it, under the host name {{host}}',
  points: 10,
  kind: 'edge',
  check({ state }, { net, host }) {
    const lane = pinnedAt(state, 'lab', `/run/netns/${net}`)?.id;
    return boxes(state).some(
      (one) => lane !== undefined && one.process.namespaces.net === lane && hostnameOf(state, one) === host,
    );
  },
  hints: [
    {
      id: 'nothing-pinned',
      when: ({ state }, { net }) => pinnedAt(state, 'lab', `/run/netns/${net}`) === undefined,
      text: (_, { net }) =>
        `There is no network namespace ${net} yet: ip netns add ${net} pins one at /run/netns/${net}.`,
    },
    notRunning,
    {
      id: 'network-of-the-machine',
      when: ({ state }) =>
        boxes(state).some(({ process }) => process.namespaces.net === machineNamespace(state, 'lab', 'net')),
      text: () =>
        "A kind that is not listed is not separated: without the entry, your container uses the Machine's own network. The entry has to stay, and get a path.",
    },
    {
      id: 'yet-another',
      when: ({ state }, { host }) => boxes(state).some((one) => hostnameOf(state, one) === host),
      text: (_, { net }) =>
        `The name is right. Its network namespace was made for it: an entry without a path means a new one. { "type": "network", "path": "/run/netns/${net}" } joins.`,
    },
    {
      id: 'name-and-path',
      text: () => 'Two fields: hostname, and the path of the entry of type network in linux.namespaces.',
    },
  ],
  solutions: [
    {
      title: 'A path in the entry',
      steps: [
        'ip netns add {{net}}',
        configure(
          '.hostname = "{{host}}" | (.linux.namespaces[] | select(.type == "network")).path = "/run/netns/{{net}}"',
        ),
        'runc run -d -b ~/box sixth',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'The entry taken out',
      steps: [
        `ip netns add {{net}}; ${configure('.hostname = "{{host}}" | .linux.namespaces |= map(select(.type != "network"))')}`,
        'runc run -d -b ~/box sixth',
      ],
      hint: 'network-of-the-machine',
    },
    {
      title: 'Made, and not joined',
      steps: [`ip netns add {{net}}; ${configure('.hostname = "{{host}}"')}`, 'runc run -d -b ~/box sixth'],
      hint: 'yet-another',
    },
  ],
};

const shelf = 'org.example.shelf';

export const hidden: Task<Names> = {
  id: 'hidden',
  title:
    'Hide /etc/{{secret}} from the container without touching the root filesystem, and note on it that {{shelf}} is its shelf: annotation org.example.shelf',
  points: 10,
  kind: 'edge',
  check: async (lab, names) =>
    (await lab.files().stat(`${box}/rootfs/etc/${names.secret}`)) !== null &&
    boxes(lab.state).some(
      (one) =>
        mountIn(lab.state, one, `/etc/${names.secret}`) !== undefined &&
        one.container.annotations[shelf] === names.shelf,
    ),
  hints: [
    {
      id: 'not-a-string',
      when: async (lab) => typeof at(await configOfBox(lab), 'annotations', shelf) === 'number',
      text: (_, names) =>
        `Annotations are for people and tools, and the runtime reads none of them: they are strings. "${names.shelf}", in quotes.`,
    },
    {
      id: 'removed',
      when: async (lab, { secret }) => (await lab.files().stat(`${box}/rootfs/etc/${secret}`)) === null,
      text: (_, { secret }) =>
        `${secret} is gone from rootfs, for every container there will ever be of it. Put something there again (echo x > box/rootfs/etc/${secret}), and let the configuration cover it.`,
    },
    notRunning,
    {
      id: 'still-visible',
      when: ({ state }, { secret }) => !boxes(state).some((one) => mountIn(state, one, `/etc/${secret}`)),
      text: (_, { secret }) =>
        `Nothing covers /etc/${secret} yet. linux.maskedPaths is a list of paths in the container: over a file the runtime mounts /dev/null, over a directory an empty tmpfs.`,
    },
    {
      id: 'no-annotation',
      text: () =>
        'annotations is an object at the top of config.json; runc state shows it. The name of the key has dots in it: jq wants ["org.example.shelf"].',
    },
  ],
  solutions: [
    {
      title: 'A masked path',
      steps: [
        configure('.linux.maskedPaths += ["/etc/{{secret}}"] | .annotations["org.example.shelf"] = "{{shelf}}"'),
        'runc run -d -b ~/box seventh',
      ],
    },
    {
      title: 'A bind mount over it',
      steps: [
        configure(
          '.mounts += [{ destination: "/etc/{{secret}}", source: "/dev/null", options: ["bind"] }] | .annotations["org.example.shelf"] = "{{shelf}}"',
        ),
        'runc run -d -b ~/box seventh',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'A number',
      steps: [
        configure('.linux.maskedPaths += ["/etc/{{secret}}"] | .annotations["org.example.shelf"] = {{shelf}}'),
        'runc run -d -b ~/box seventh',
      ],
      hint: 'not-a-string',
    },
    {
      title: 'Deleted from the root filesystem',
      steps: [
        `rm box/rootfs/etc/{{secret}}; ${configure('.annotations["org.example.shelf"] = "{{shelf}}"')}`,
        'runc run -d -b ~/box seventh',
      ],
      hint: 'removed',
    },
  ],
};
