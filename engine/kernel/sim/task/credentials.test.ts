/** Users and capabilities across execve(2) and set*id(2). What is expected is what a real kernel answered. */
import { expect, test } from 'vitest';
import * as abi from '../abi';
import { encode } from '../bytes';
import { makeImage } from '../image';
import type { Blocking } from '../sched/blocking';
import type { Program, Sys } from '../sys/sys';
import { bootTest, errnoOf, errnoOfWait, readText, say, taskOf, writeText } from '../testing/boot';

const bit = (name: abi.Capability) => abi.capabilityBit(name);
const number = (name: abi.Capability) => abi.capabilityNames.indexOf(name);
/** What a Machine's root has. */
const machine = 0x110bcbcffffn;
const [kill, bind, raw] = [bit('kill'), bit('net_bind_service'), bit('net_raw')];

function fileCapabilities(permitted: bigint, inheritable: bigint, effective: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(20));
  view.setUint32(0, 0x02000000 | (effective ? 1 : 0), true);
  const put = (at: number, set: bigint) => view.setUint32(at, Number(set & 0xffffffffn), true);
  put(4, permitted);
  put(8, inheritable);
  put(12, permitted >> 32n);
  put(16, inheritable >> 32n);
  return new Uint8Array(view.buffer);
}

const files: ReadonlyArray<{ name: string; mode?: number; uid?: number; gid?: number; caps?: Uint8Array }> = [
  { name: 'plain' },
  { name: 'suid', mode: 0o4755 },
  { name: 'suid1', mode: 0o4755, uid: 1234, gid: 1234 },
  { name: 'sgid', mode: 0o2755, gid: 50 },
  { name: 'sgidnox', mode: 0o2745, gid: 50 },
  { name: 'cap', caps: fileCapabilities(raw, 0n, true) },
  { name: 'capp', caps: fileCapabilities(raw, 0n, false) },
  { name: 'capi', caps: fileCapabilities(0n, bind | kill, true) },
  { name: 'capbig', caps: fileCapabilities(raw | bit('sys_boot'), 0n, true) },
  { name: 'capbigp', caps: fileCapabilities(raw | bit('sys_boot'), 0n, false) },
  { name: 'suidcap', mode: 0o4755, caps: fileCapabilities(raw, 0n, true) },
];

function* install(sys: Sys): Blocking<void> {
  sys.mkdir('/tmp/b', 0o755);
  for (const { name, mode = 0o755, uid = 0, gid = 0, caps } of files) {
    const path = `/tmp/b/${name}`;
    const fd = yield* sys.open(path, abi.O_WRONLY | abi.O_CREAT, 0o755);
    yield* sys.write(fd, makeImage('status', null));
    sys.close(fd);
    sys.chown(path, uid, gid);
    sys.chmod(path, mode);
    if (caps) sys.setxattr(path, 'security.capability', caps);
  }
  for (const [at, name] of abi.capabilityNames.entries()) if ((machine & bit(name)) === 0n) sys.capbsetDrop(at);
  sys.capset({ effective: machine, permitted: machine, inheritable: 0n });
}

function caps(sys: Sys): string {
  const hex = (set: bigint) => (set === 0n ? '' : set.toString(16));
  const { inheritable, permitted, effective } = sys.capget();
  const sets = `Inh=${hex(inheritable)} Prm=${hex(permitted)} Eff=${hex(effective)} Bnd=${hex(sys.capbset())}`;
  return `${sets} Amb=${hex(sys.capAmbient())} u=${sys.getresuid()} g=${sys.getresgid()}`;
}

const status: Program = function* (sys) {
  yield* say(sys, caps(sys));
  return 0;
};

function* show(sys: Sys, name: string): Blocking<void> {
  const child = sys.fork(function* (mine) {
    yield* mine.write(1, encode(`${name} `));
    yield* say(mine, yield* errnoOfWait(() => mine.execve(`/tmp/b/${name}`, [name], [])));
    return 1;
  });
  yield* sys.waitpid(child);
}

function* showAll(sys: Sys): Blocking<void> {
  for (const { name } of files) yield* show(sys, name);
}

function becomeUser(sys: Sys): void {
  sys.setgroups([]);
  sys.setresgid(1000, 1000, 1000);
  sys.setresuid(1000, 1000, 1000);
  // As if it had executed a program: its files in proc are its own again.
  taskOf(sys).dumpable = true;
}

function run(body: (sys: Sys) => Blocking<void>): string[] {
  const main: Program = function* (sys) {
    yield* install(sys);
    yield* body(sys);
    return 0;
  };
  return bootTest({ main, status }).stdout.trimEnd().split('\n');
}

const all = '110bcbcffff';

test('root gets everything the bounding set allows, whatever a file says', () => {
  const rows = run(showAll);
  const root = `Inh= Prm=${all} Eff=${all} Bnd=${all} Amb= u=0,0,0 g=0,0,0`;
  expect(rows).toEqual([
    `plain ${root}`,
    `suid ${root}`,
    `suid1 Inh= Prm=${all} Eff= Bnd=${all} Amb= u=0,1234,1234 g=0,0,0`,
    `sgid Inh= Prm=${all} Eff=${all} Bnd=${all} Amb= u=0,0,0 g=0,50,50`,
    ...['sgidnox', 'cap', 'capp', 'capi'].map((name) => `${name} ${root}`),
    'capbig EPERM',
    `capbigp ${root}`,
    `suidcap ${root}`,
  ]);
});

test('a user gets what the file gives', () => {
  const user = 'u=1000,1000,1000 g=1000,1000,1000';
  const row = (permitted: string, effective: string, ids = user) =>
    `Inh= Prm=${permitted} Eff=${effective} Bnd=${all} Amb= ${ids}`;
  const rows = run(function* (sys) {
    becomeUser(sys);
    yield* showAll(sys);
  });
  expect(rows).toEqual([
    `plain ${row('', '')}`,
    `suid ${row(all, all, 'u=1000,0,0 g=1000,1000,1000')}`,
    `suid1 ${row('', '', 'u=1000,1234,1234 g=1000,1000,1000')}`,
    `sgid ${row('', '', 'u=1000,1000,1000 g=1000,50,50')}`,
    `sgidnox ${row('', '')}`,
    `cap ${row('2000', '2000')}`,
    `capp ${row('2000', '')}`,
    `capi ${row('', '')}`,
    'capbig EPERM',
    `capbigp ${row('2000', '')}`,
    `suidcap ${row('2000', '2000', 'u=1000,0,0 g=1000,1000,1000')}`,
  ]);
});

test('with no_new_privs nobody gains anything', () => {
  const rows = run(function* (sys) {
    sys.setNoNewPrivs();
    yield* show(sys, 'suid1');
    yield* show(sys, 'sgid');
    becomeUser(sys);
    yield* showAll(sys);
  });
  const [rootSuid, rootSgid, ...others] = rows;
  const root = `Inh= Prm=${all} Eff=${all} Bnd=${all} Amb= u=0,0,0 g=0,0,0`;
  expect([rootSuid, rootSgid]).toEqual([`suid1 ${root}`, `sgid ${root}`]);
  const user = `Inh= Prm= Eff= Bnd=${all} Amb= u=1000,1000,1000 g=1000,1000,1000`;
  expect(others).toEqual(files.map(({ name }) => `${name} ${name === 'capbig' ? 'EPERM' : user}`));
});

test('ambient capabilities survive execve of plain files only', () => {
  const rows = run(function* (sys) {
    sys.setKeepCaps(true);
    becomeUser(sys);
    yield* say(sys, caps(sys));
    const held = bind | kill | bit('setuid');
    sys.capset({ effective: held, permitted: held, inheritable: bind | kill });
    sys.setAmbient(number('net_bind_service'), true);
    yield* say(
      sys,
      caps(sys),
      errnoOf(() => sys.setAmbient(number('setuid'), true)),
    );
    yield* showAll(sys);
  });
  const user = 'u=1000,1000,1000 g=1000,1000,1000';
  expect(rows).toEqual([
    `Inh= Prm=${all} Eff= Bnd=${all} Amb= ${user}`,
    `Inh=420 Prm=4a0 Eff=4a0 Bnd=${all} Amb=400 ${user} EPERM`,
    `plain Inh=420 Prm=400 Eff=400 Bnd=${all} Amb=400 ${user}`,
    `suid Inh=420 Prm=${all} Eff=${all} Bnd=${all} Amb= u=1000,0,0 g=1000,1000,1000`,
    `suid1 Inh=420 Prm= Eff= Bnd=${all} Amb= u=1000,1234,1234 g=1000,1000,1000`,
    `sgid Inh=420 Prm= Eff= Bnd=${all} Amb= u=1000,1000,1000 g=1000,50,50`,
    `sgidnox Inh=420 Prm=400 Eff=400 Bnd=${all} Amb=400 ${user}`,
    `cap Inh=420 Prm=2000 Eff=2000 Bnd=${all} Amb= ${user}`,
    `capp Inh=420 Prm=2000 Eff= Bnd=${all} Amb= ${user}`,
    `capi Inh=420 Prm=420 Eff=420 Bnd=${all} Amb= ${user}`,
    'capbig EPERM',
    `capbigp Inh=420 Prm=2000 Eff= Bnd=${all} Amb= ${user}`,
    `suidcap Inh=420 Prm=2000 Eff=2000 Bnd=${all} Amb= u=1000,0,0 g=1000,1000,1000`,
  ]);
});

test('the bounding set', () => {
  const rows = run(function* (sys) {
    sys.capbsetDrop(number('net_raw'));
    for (const name of ['cap', 'capp']) yield* show(sys, name);
    becomeUser(sys);
    for (const name of ['cap', 'capp']) yield* show(sys, name);
    yield* say(
      sys,
      errnoOf(() => sys.capbsetDrop(13)),
      errnoOf(() => sys.capbsetDrop(99)),
    );
  });
  const less = '110bcbcdfff';
  expect(rows).toEqual([
    'cap EPERM',
    `capp Inh= Prm=${less} Eff=${less} Bnd=${less} Amb= u=0,0,0 g=0,0,0`,
    'cap EPERM',
    `capp Inh= Prm= Eff= Bnd=${less} Amb= u=1000,1000,1000 g=1000,1000,1000`,
    'EPERM EPERM',
  ]);
});

test('what changing users does to capabilities', () => {
  const rows = run(function* (sys) {
    const apart = function* (body: (mine: Sys) => Blocking<void>): Blocking<void> {
      const child = sys.fork(function* (mine) {
        yield* body(mine);
        return 0;
      });
      yield* sys.waitpid(child);
    };
    yield* apart(function* (mine) {
      mine.setresuid(1000, 1000, 0);
      yield* say(mine, caps(mine));
      mine.setresuid(1000, 0, 0);
      yield* say(mine, caps(mine));
      mine.setresuid(1000, 1000, 1000);
      yield* say(
        mine,
        caps(mine),
        errnoOf(() => mine.setuid(0)),
      );
    });
    yield* apart(function* (mine) {
      mine.setKeepCaps(true);
      mine.setuid(1000);
      yield* say(mine, caps(mine));
      mine.capset({ effective: kill, permitted: kill, inheritable: 0n });
      const setuid = bit('setuid');
      const attempt = (effective: bigint, permitted: bigint, inheritable: bigint) =>
        errnoOf(() => mine.capset({ effective, permitted, inheritable }));
      yield* say(mine, attempt(kill | setuid, kill, 0n), attempt(kill, kill | setuid, 0n), attempt(kill, kill, setuid));
      yield* say(mine, attempt(0n, kill, kill), caps(mine));
    });
    yield* apart(function* (mine) {
      mine.setresuid(0, 1000, 0);
      yield* say(
        mine,
        caps(mine),
        errnoOf(() => mine.setuid(5)),
        errnoOf(() => mine.setresuid(5, 5, 5)),
      );
      mine.setresuid(-1, 0, -1);
      yield* say(mine, caps(mine));
      mine.setresuid(-1, 1000, -1);
      yield* show(mine, 'plain');
    });
    yield* apart(function* (mine) {
      mine.setgid(1000);
      mine.setgroups([7, 3, 5]);
      yield* say(mine, caps(mine), mine.getgroups());
      becomeUser(mine);
      yield* say(
        mine,
        errnoOf(() => mine.setgroups([1])),
        errnoOf(() => mine.setgid(0)),
      );
    });
  });
  const roots = 'g=0,0,0';
  expect(rows).toEqual([
    `Inh= Prm=${all} Eff= Bnd=${all} Amb= u=1000,1000,0 ${roots}`,
    `Inh= Prm=${all} Eff=${all} Bnd=${all} Amb= u=1000,0,0 ${roots}`,
    `Inh= Prm= Eff= Bnd=${all} Amb= u=1000,1000,1000 ${roots} EPERM`,
    `Inh= Prm=${all} Eff= Bnd=${all} Amb= u=1000,1000,1000 ${roots}`,
    'EPERM EPERM EPERM',
    `ok Inh=20 Prm=20 Eff= Bnd=${all} Amb= u=1000,1000,1000 ${roots}`,
    `Inh= Prm=${all} Eff= Bnd=${all} Amb= u=0,1000,0 ${roots} EPERM EPERM`,
    `Inh= Prm=${all} Eff=${all} Bnd=${all} Amb= u=0,0,0 ${roots}`,
    `plain Inh= Prm=${all} Eff= Bnd=${all} Amb= u=0,1000,1000 ${roots}`,
    `Inh= Prm=${all} Eff=${all} Bnd=${all} Amb= u=0,0,0 g=1000,1000,1000 3,5,7`,
    'EPERM EPERM',
  ]);
});

test('execve in a user namespace: without ids, with one, with all', () => {
  const rows = run(function* (sys) {
    const unmapped = sys.fork(function* (mine) {
      mine.unshare(abi.CLONE_NEWUSER);
      yield* say(mine, caps(mine));
      for (const name of ['plain', 'cap', 'suid']) yield* show(mine, name);
      return 0;
    });
    yield* sys.waitpid(unmapped);
    const mapped = sys.fork(function* (mine) {
      becomeUser(mine);
      mine.unshare(abi.CLONE_NEWUSER);
      yield* writeText(mine, '/proc/self/setgroups', 'deny');
      yield* writeText(mine, '/proc/self/uid_map', '0 1000 1');
      yield* writeText(mine, '/proc/self/gid_map', '0 1000 1');
      yield* showAll(mine);
      yield* say(
        mine,
        errnoOf(() => mine.setuid(1)),
        errnoOf(() => mine.setgid(1)),
      );
      return 0;
    });
    yield* sys.waitpid(mapped);
    const { readEnd, writeEnd } = sys.pipe();
    const full = sys.fork(function* (mine) {
      mine.unshare(abi.CLONE_NEWUSER);
      yield* mine.read(readEnd, 1);
      mine.setresgid(7, 7, 7);
      mine.setresuid(7, 7, 7);
      yield* say(mine, caps(mine));
      yield* showAll(mine);
      return 0;
    });
    yield* sys.nanosleep(1e6);
    yield* writeText(sys, `/proc/${full}/uid_map`, '0 0 65536');
    yield* writeText(sys, `/proc/${full}/gid_map`, '0 0 65536');
    yield* sys.write(writeEnd, new Uint8Array(1));
    yield* sys.waitpid(full);
  });
  const everything = '1ffffffffff';
  const row = (permitted: string, effective: string, ids: string) =>
    `Inh= Prm=${permitted} Eff=${effective} Bnd=${everything} Amb= ${ids}`;
  const nobody = 'u=65534,65534,65534 g=65534,65534,65534';
  const seven = 'u=7,7,7 g=7,7,7';
  expect(rows).toEqual([
    row(everything, everything, nobody),
    `plain ${row('', '', nobody)}`,
    `cap ${row('2000', '2000', nobody)}`,
    `suid ${row('', '', nobody)}`,
    ...files.map(({ name }) => `${name} ${row(everything, everything, 'u=0,0,0 g=0,0,0')}`),
    'EINVAL EINVAL',
    row('', '', seven),
    `plain ${row('', '', seven)}`,
    `suid ${row(everything, everything, 'u=7,0,0 g=7,7,7')}`,
    `suid1 ${row('', '', 'u=7,1234,1234 g=7,7,7')}`,
    `sgid ${row('', '', 'u=7,7,7 g=7,50,50')}`,
    `sgidnox ${row('', '', seven)}`,
    `cap ${row('2000', '2000', seven)}`,
    `capp ${row('2000', '', seven)}`,
    `capi ${row('', '', seven)}`,
    `capbig ${row('402000', '402000', seven)}`,
    `capbigp ${row('402000', '', seven)}`,
    `suidcap ${row('2000', '2000', 'u=7,0,0 g=7,7,7')}`,
  ]);
});

test('the parent death signal is forgotten with a gain of rights, and sent when the parent ends', () => {
  const { stdout } = bootTest(function* (sys) {
    sys.setSubreaper(true);
    const parent = sys.fork(function* (mine) {
      for (const loses of [false, true]) {
        mine.fork(function* (child) {
          child.setParentDeathSignal(abi.signalNumbers.SIGTERM);
          if (loses) child.setresuid(5, 5, 5);
          yield* child.nanosleep(3e6);
          return 3;
        });
      }
      yield* mine.nanosleep(1e6);
      return 0;
    });
    yield* sys.waitpid(parent);
    for (let i = 0; i < 2; i++) yield* say(sys, JSON.stringify((yield* sys.waitpid(-1))?.event));
    yield* say(sys, (yield* readText(sys, '/proc/self/comm')).trimEnd());
    return 0;
  });
  expect(stdout).toBe('{"kind":"killed","signal":15,"core":false}\n{"kind":"exited","code":3}\nmain\n');
});
