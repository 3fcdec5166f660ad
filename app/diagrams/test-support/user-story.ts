/** Lesson 1.2.6: root in a user namespace of one's own, a range of ids, one nested in the other. */
import type { NsId, Process } from '../../../engine/state';
import {
  add,
  allCapabilities,
  hostUser,
  machineNamespaces,
  namespace,
  noCapabilities,
  oneMachine,
  process,
  story,
} from './build';

const born = machineNamespaces(4026532300);
const rootless: NsId = 'user:4026532471';
const nested: NsId = 'user:4026532473';
const net: NsId = 'net:4026532472';

const sets = (mask: string): Process['capabilities'] => ({
  inheritable: noCapabilities,
  permitted: mask,
  effective: mask,
  bounding: allCapabilities,
  ambient: noCapabilities,
});
const learner = { uid: 1000, gid: 1000, cwd: '/home/learner', tty: 'pts/1' };

export const userStory = story('1.2.6 User', oneMachine(), [
  [
    'su - learner',
    (state) =>
      add(state, {
        processes: [
          process(41110, {
            parent: 41012,
            nsPids: [110],
            ...learner,
            capabilities: sets(noCapabilities),
            namespaces: born,
          }),
        ],
      }),
  ],
  [
    'unshare --user --map-root-user --net bash',
    (state) =>
      add(state, {
        namespaces: [
          namespace(rootless, {
            owner: hostUser,
            parent: hostUser,
            ownerUid: 1000,
            setgroups: 'deny',
            uidMap: [{ inside: 0, outside: 1000, count: 1 }],
            gidMap: [{ inside: 0, outside: 1000, count: 1 }],
          }),
          namespace(net, { owner: rootless, ipForward: false }),
        ],
        processes: [
          process(41115, {
            parent: 41110,
            nsPids: [115],
            ...learner,
            capabilities: sets(allCapabilities),
            namespaces: { ...born, user: rootless, net },
          }),
        ],
      }),
  ],
  [
    './map-range 0:1000:1 1:100000:65536',
    (state) =>
      add(state, {
        namespaces: [
          namespace(rootless, {
            owner: hostUser,
            parent: hostUser,
            ownerUid: 1000,
            setgroups: 'allow',
            uidMap: [
              { inside: 0, outside: 1000, count: 1 },
              { inside: 1, outside: 100000, count: 65536 },
            ],
            gidMap: [
              { inside: 0, outside: 1000, count: 1 },
              { inside: 1, outside: 100000, count: 65536 },
            ],
          }),
        ],
        processes: [
          process(41116, {
            parent: 41115,
            nsPids: [116],
            uid: 100032,
            gid: 100032,
            command: 'httpd',
            args: ['httpd', '-p', '8080'],
            capabilities: sets('0000000000000400'),
            namespaces: { ...born, user: rootless, net },
          }),
        ],
      }),
  ],
  [
    'unshare --user bash',
    (state) =>
      add(state, {
        namespaces: [
          namespace(nested, {
            owner: rootless,
            parent: rootless,
            ownerUid: 1000,
            setgroups: 'deny',
            uidMap: [],
            gidMap: [],
          }),
        ],
        processes: [
          process(41120, {
            parent: 41115,
            nsPids: [120],
            ...learner,
            capabilities: sets(allCapabilities),
            namespaces: { ...born, user: nested, net },
          }),
        ],
      }),
  ],
]);
