/** Tasks on maps: one id written by hand, and a whole range with help. */
import type { LabState, Namespace } from '../../engine/state';
import type { Task } from '../define';
import { insiders, learnerUid, type Names, sizeOf, uidInside, userNamespaces } from './users';

function mapsTo(map: Namespace['uidMap'], inside: string): boolean {
  const [range, ...more] = map ?? [];
  return more.length === 0 && range?.inside === Number(inside) && range.outside === learnerUid;
}

export const ownMap: Task<Names> = {
  id: 'own-map',
  title: 'Make a user namespace in which you are user {{inside}} of group {{inside}}',
  points: 10,
  kind: 'edge',
  check: ({ state }, { inside }) =>
    userNamespaces(state).some((ns) => mapsTo(ns.uidMap, inside) && mapsTo(ns.gidMap, inside)),
  hints: [
    {
      id: 'gid-refused',
      when: ({ state }, { inside }) => userNamespaces(state).some((ns) => mapsTo(ns.uidMap, inside)),
      text: ({ state }, { inside }) => {
        const ns = userNamespaces(state).find((one) => mapsTo(one.uidMap, inside));
        return ns?.setgroups === 'allow'
          ? 'The uid_map is right. The kernel refuses the gid_map while setgroups says allow: otherwise you could drop a group that keeps you out of something. echo deny > /proc/PID/setgroups first.'
          : `The uid_map is right, and setgroups is denied. Now the gid_map: the same three numbers, ${inside} ${learnerUid} 1.`;
      },
    },
    {
      id: 'another-id',
      when: ({ state }) => userNamespaces(state).some((ns) => sizeOf(ns) > 0),
      text: ({ state }, { inside }) => {
        const map = userNamespaces(state).find((ns) => sizeOf(ns) > 0)?.uidMap?.[0];
        return `There is a user namespace, in which ${map?.outside} is called ${map?.inside}; you want to be ${inside}. A map is written once and never again: start with a new namespace.`;
      },
    },
    {
      id: 'no-map',
      when: ({ state }) => userNamespaces(state).length > 0,
      text: (_, { inside }) =>
        `Your namespace has no map yet, so everybody in it is nobody (65534). Write ${inside} ${learnerUid} 1 to /proc/PID/uid_map, from a shell *outside*: the one inside has no capabilities left, since it was executed as nobody.`,
    },
    {
      id: 'unshare-user',
      text: () =>
        'unshare --user bash makes one. You need no root for it. Note its PID (echo $$), and write its maps from a second terminal.',
    },
  ],
  solutions: [
    {
      title: 'By hand, from outside',
      steps: [
        { terminal: 'inside', user: 'learner' },
        'unshare --user bash',
        'echo $$ > /tmp/inside',
        { terminal: 'outside', user: 'learner' },
        'pid=$(cat /tmp/inside)',
        'echo "{{inside}} 1000 1" > /proc/$pid/uid_map',
        'echo deny > /proc/$pid/setgroups',
        'echo "{{inside}} 1000 1" > /proc/$pid/gid_map',
      ],
    },
    {
      title: 'unshare writes them',
      steps: [
        { terminal: 'inside', user: 'learner' },
        'unshare --user --map-user={{inside}} --map-group={{inside}} bash',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'Without denying setgroups',
      steps: [
        { terminal: 'inside', user: 'learner' },
        'unshare --user bash',
        'echo $$ > /tmp/inside',
        { terminal: 'outside', user: 'learner' },
        'echo "{{inside}} 1000 1" > /proc/$(cat /tmp/inside)/uid_map',
        'echo "{{inside}} 1000 1" > /proc/$(cat /tmp/inside)/gid_map',
      ],
      hint: 'gid-refused',
    },
    {
      title: 'From inside',
      steps: [
        { terminal: 'inside', user: 'learner' },
        'unshare --user bash',
        'echo "{{inside}} 1000 1" > /proc/self/uid_map',
      ],
      hint: 'no-map',
    },
    {
      title: 'Inside and outside swapped',
      steps: [
        { terminal: 'inside', user: 'learner' },
        'unshare --user bash',
        'echo $$ > /tmp/inside',
        { terminal: 'outside', user: 'learner' },
        'echo "1000 {{inside}} 1" > /proc/$(cat /tmp/inside)/uid_map',
      ],
      hint: 'no-map',
    },
    {
      title: 'Root by habit',
      steps: [{ terminal: 'inside', user: 'learner' }, 'unshare --user --map-root-user bash'],
      hint: 'another-id',
    },
  ],
};

/** Processes of the wanted user in a namespace with many. */
function members(state: LabState, member: string) {
  return insiders(state).filter(
    ({ process, user }) => sizeOf(user) >= 1000 && uidInside(process, user) === Number(member),
  );
}

export const range: Task<Names> = {
  id: 'range',
  title: 'In a user namespace with at least 1000 ids, keep a process running as user {{member}}',
  points: 10,
  kind: 'edge',
  check: ({ state }, { member }) => members(state, member).length > 0,
  hints: [
    {
      id: 'nobody-yet',
      when: ({ state }) => userNamespaces(state).some((ns) => sizeOf(ns) >= 1000),
      text: (_, { member }) =>
        `There is a namespace with enough ids. Now a process in it as user ${member}: setpriv --reuid ${member} --regid ${member} --clear-groups sleep 3000, run by its root.`,
    },
    {
      id: 'too-few-ids',
      when: ({ state }) => userNamespaces(state).length > 0,
      text: ({ state }) =>
        `Your namespace has ${Math.max(...userNamespaces(state).map(sizeOf))} id(s). An id without a place in the map does not exist in there ("Invalid argument"). Alone you may map nobody but yourself; newuidmap maps the range that /etc/subuid grants you, and nothing else.`,
    },
    {
      id: 'map-auto',
      text: () =>
        'unshare --map-root-user --map-auto COMMAND makes yourself root inside, and maps the range that /etc/subuid grants you behind it. (It calls newuidmap and newgidmap for you.)',
    },
  ],
  solutions: [
    {
      title: 'unshare --map-auto',
      steps: [
        'unshare --map-root-user --map-auto setpriv --reuid {{member}} --regid {{member}} --clear-groups sleep 3000 &',
      ],
    },
    {
      title: 'newuidmap and newgidmap',
      steps: [
        { terminal: 'many', user: 'learner' },
        'unshare --user bash',
        'echo $$ > /tmp/many',
        { terminal: 'outside', user: 'learner' },
        'newuidmap $(cat /tmp/many) 0 1000 1 1 100000 65536; newgidmap $(cat /tmp/many) 0 1000 1 1 100000 65536',
        { terminal: 'many', user: 'learner' },
        'setpriv --reuid {{member}} --regid {{member}} --clear-groups sleep 3000 &',
      ],
    },
  ],
  pitfalls: [
    {
      title: 'One id only',
      steps: [
        { terminal: 'many', user: 'learner' },
        'unshare --map-root-user bash',
        'setpriv --reuid {{member}} --regid {{member}} --clear-groups sleep 3000',
      ],
      hint: 'too-few-ids',
    },
    {
      title: "Somebody else's range",
      steps: [
        { terminal: 'many', user: 'learner' },
        'unshare --user bash',
        'echo $$ > /tmp/many',
        { terminal: 'outside', user: 'learner' },
        'newuidmap $(cat /tmp/many) 0 1000 1 1 300000 65536',
      ],
      hint: 'too-few-ids',
    },
    {
      title: 'Still root',
      steps: ['unshare --map-root-user --map-auto sleep 3000 &'],
      hint: 'nobody-yet',
    },
  ],
};
