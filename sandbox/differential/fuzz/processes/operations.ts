/**
 * Operations of a small tree of processes. Each names the process that does it: 0 is number 1 of a pid namespace made for
 * the sequence, the others are numbered as they are born.
 */
import fc from 'fast-check';

export type NamespaceFlag = 'user' | 'pid' | 'uts' | 'ipc' | 'net' | 'mnt';
export type NamespaceLink = NamespaceFlag | 'pid_for_children';

export type ProcessOperation = { by: number } & (
  | { op: 'clone'; flags: NamespaceFlag[]; sibling: boolean }
  | { op: 'unshare'; flags: NamespaceFlag[] }
  | { op: 'setns'; of: number; kind: NamespaceLink }
  | { op: 'map'; of: number; file: 'uid_map' | 'gid_map' | 'setgroups'; text: string }
  | { op: 'readMap'; of: number; file: 'uid_map' | 'gid_map' | 'setgroups' }
  | { op: 'setresuid' | 'setresgid'; ids: [number, number, number] }
  | { op: 'setuid' | 'setgid'; id: number }
  | { op: 'setgroups'; groups: number[] }
  | { op: 'who' | 'setsid' | 'hostname' | 'umount' | 'noNewPrivs' | 'exec' }
  | { op: 'sethostname'; name: string }
  | { op: 'mount'; type: 'tmpfs' | 'proc' | 'mqueue' | 'sysfs' | 'bind' }
  | { op: 'create' | 'stat' | 'unlink' | 'read'; path: string }
  | { op: 'chown'; path: string; uid: number; gid: number }
  | { op: 'chmod'; path: string; mode: number }
  | { op: 'kill'; to: number; signal: number }
  | { op: 'action'; signal: number; how: 'default' | 'ignore' | 'handle' }
  | { op: 'mask'; how: 'block' | 'unblock'; signals: number[] }
  | { op: 'wait'; to: number; options: number }
  | { op: 'exit'; code: number }
  | { op: 'setpgid'; to: number; group: number }
  | { op: 'getpgid' | 'getsid'; to: number }
  | { op: 'subreaper' | 'keepCaps'; on: boolean }
  | { op: 'deathSignal'; signal: number }
  | { op: 'capset'; drop: number[]; from: 'effective' | 'permitted'; inherit: number[] }
  | { op: 'bound'; capability: number }
  | { op: 'ambient'; capability: number; on: boolean }
  | { op: 'status' }
);

/** So many processes may be born in a sequence. */
export const maxProcesses = 7;

const signals = { HUP: 1, INT: 2, KILL: 9, USR1: 10, TERM: 15, CHLD: 17, CONT: 18, STOP: 19, TSTP: 20, WINCH: 28 };
const realTime = 35;
/** CHOWN, DAC_OVERRIDE, KILL, SETGID, SETUID, SETPCAP, SYS_CHROOT, SYS_ADMIN; SYS_TIME, which no Machine has. */
const capability = fc.constantFrom(0, 1, 5, 6, 7, 8, 18, 21, 25);

const by = fc.oneof({ weight: 3, arbitrary: fc.nat(2) }, { weight: 2, arbitrary: fc.nat(maxProcesses - 2) });
const signal = fc.constantFrom(...Object.values(signals), realTime);
/** As the caller's pid namespace numbers processes; groups below zero. */
const number = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: 1, max: 5 }) },
  { weight: 3, arbitrary: fc.integer({ min: -5, max: -2 }) },
  { weight: 1, arbitrary: fc.constantFrom(0, -1) },
);
const id = fc.constantFrom(0, 0, 1, 1000, 1000, 1001, 65_534, 100_000);
const idOrNone = fc.oneof({ weight: 1, arbitrary: fc.constant(-1) }, { weight: 2, arbitrary: id });
const file = fc.constantFrom('/tmp/f', '/tmp/g');
const mapFile = fc.constantFrom('uid_map' as const, 'gid_map' as const, 'setgroups' as const);

const namespaces = fc.uniqueArray(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom<NamespaceFlag>('user', 'pid'),
    },
    { weight: 3, arbitrary: fc.constantFrom<NamespaceFlag>('uts', 'mnt', 'ipc', 'net') },
  ),
  { maxLength: 3 },
);

const mapText = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom(0, 0, 1000, 5),
        fc.constantFrom(0, 0, 0, 1000, 100_000),
        fc.constantFrom(1, 1, 1, 10, 65_536),
      )
      .map((line) => line.join(' ')),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '0 0 1\n1 100000 1000\n',
      '0 0 10\n5 100000 10\n',
      '0 0 10\n20 5 10\n',
      '0 0 0',
      '',
      'x',
      '0 0',
      '0 0 1 1',
      ' 0\t0  1 \n',
      '0 4294967295 1',
      '-1 0 1',
    ),
  },
);
const setgroupsText = fc.constantFrom('deny', 'deny', 'deny\n', 'allow', 'den', '');

const clone = fc
  .tuple(by, namespaces, fc.nat(9))
  .map(([who, flags, n]): ProcessOperation => ({ by: who, op: 'clone', flags, sibling: n === 0 }));
/** The first ones have parents that are there. */
const firstClones = fc.array(fc.tuple(fc.nat(3), namespaces, fc.boolean()), { minLength: 2, maxLength: 4 }).map((all) =>
  all.map(
    ([who, flags, isPlain], at): ProcessOperation => ({
      by: Math.min(who, at),
      op: 'clone',
      flags: isPlain ? [] : flags,
      sibling: false,
    }),
  ),
);

const kills: fc.Arbitrary<ProcessOperation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ by, op: fc.constant('kill' as const), to: number, signal }),
  },
  { weight: 1, arbitrary: fc.record({ by, op: fc.constant('kill' as const), to: number, signal: fc.constant(0) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      by,
      op: fc.constant('action' as const),
      signal,
      how: fc.constantFrom('default' as const, 'ignore' as const, 'handle' as const, 'handle' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      by,
      op: fc.constant('mask' as const),
      how: fc.constantFrom('block' as const, 'unblock' as const),
      signals: fc.uniqueArray(signal, { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      by,
      op: fc.constant('wait' as const),
      to: fc.oneof(fc.constant(-1), number),
      options: fc.constantFrom(1, 1 | 2, 1 | 8, 1 | 2 | 8),
    }),
  },
  { weight: 1, arbitrary: fc.record({ by, op: fc.constant('exit' as const), code: fc.constantFrom(0, 3, 255) }) },
  { weight: 1, arbitrary: fc.record({ by, op: fc.constant('setsid' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      by,
      op: fc.constant('setpgid' as const),
      to: fc.integer({ min: 0, max: 6 }),
      group: fc.integer({ min: 0, max: 6 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      by,
      op: fc.constantFrom('getpgid' as const, 'getsid' as const),
      to: fc.integer({ min: 0, max: 6 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ by, op: fc.constant('subreaper' as const), on: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ by, op: fc.constant('deathSignal' as const), signal }) },
);

const users: fc.Arbitrary<ProcessOperation> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ by, op: fc.constant('unshare' as const), flags: namespaces }) },
  {
    weight: 2,
    arbitrary: fc.record({
      by,
      op: fc.constant('setns' as const),
      of: by,
      kind: fc.constantFrom<NamespaceLink>('user', 'user', 'pid', 'pid_for_children', 'mnt', 'uts', 'ipc', 'net'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(by, by, fc.boolean(), mapFile, mapText, setgroupsText).map(
      ([who, of, own, name, text, word]): ProcessOperation => ({
        by: who,
        op: 'map',
        of: own ? who : of,
        file: name,
        text: name === 'setgroups' ? word : text,
      }),
    ),
  },
  { weight: 1, arbitrary: fc.record({ by, op: fc.constant('readMap' as const), of: by, file: mapFile }) },
  {
    weight: 2,
    arbitrary: fc.record({
      by,
      op: fc.constantFrom('setresuid' as const, 'setresuid' as const, 'setresgid' as const),
      ids: fc.tuple(idOrNone, idOrNone, idOrNone),
    }),
  },
  { weight: 1, arbitrary: fc.record({ by, op: fc.constantFrom('setuid' as const, 'setgid' as const), id }) },
  {
    weight: 1,
    arbitrary: fc.record({ by, op: fc.constant('setgroups' as const), groups: fc.array(id, { maxLength: 3 }) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      by,
      op: fc.constantFrom(
        'who' as const,
        'hostname' as const,
        'umount' as const,
        'noNewPrivs' as const,
        'exec' as const,
        'exec' as const,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ by, op: fc.constant('sethostname' as const), name: fc.constantFrom('one', 'two') }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      by,
      op: fc.constant('mount' as const),
      type: fc.constantFrom('tmpfs' as const, 'proc' as const, 'mqueue' as const, 'sysfs' as const, 'bind' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      by,
      op: fc.constantFrom('create' as const, 'stat' as const, 'unlink' as const, 'read' as const),
      path: file,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ by, op: fc.constant('chown' as const), path: file, uid: idOrNone, gid: idOrNone }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      by,
      op: fc.constant('chmod' as const),
      path: file,
      mode: fc.constantFrom(0o600, 0o644, 0o6755),
    }),
  },
  { weight: 1, arbitrary: fc.record({ by, op: fc.constant('keepCaps' as const), on: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      by,
      op: fc.constant('capset' as const),
      drop: fc.uniqueArray(capability, { maxLength: 3 }),
      from: fc.constantFrom('effective' as const, 'permitted' as const),
      inherit: fc.uniqueArray(capability, { maxLength: 2 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ by, op: fc.constant('bound' as const), capability }) },
  { weight: 1, arbitrary: fc.record({ by, op: fc.constant('ambient' as const), capability, on: fc.boolean() }) },
);

/** A few are born; then they do things to themselves and each other, and are looked at now and then. */
export const processOperations: fc.Arbitrary<ProcessOperation[]> = fc
  .tuple(
    firstClones,
    fc.array(
      fc.oneof(
        { weight: 2, arbitrary: clone },
        { weight: 5, arbitrary: kills },
        { weight: 5, arbitrary: users },
        { weight: 1, arbitrary: fc.record({ by, op: fc.constant('status' as const) }) },
      ),
      { minLength: 8, maxLength: 45 },
    ),
  )
  .map(([first, rest]) => [...first, ...rest]);
