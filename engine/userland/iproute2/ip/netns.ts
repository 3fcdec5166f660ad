/** `ip netns` (ip-netns(8)): network namespaces with a name, pinned by a bind mount in /run/netns. */
import {
  type Blocking,
  CLONE_NEWNET,
  CLONE_NEWNS,
  type Errno,
  isSysError,
  MNT_DETACH,
  MS_BIND,
  MS_REC,
  MS_SHARED,
  MS_SLAVE,
  O_CREAT,
  O_EXCL,
  O_RDONLY,
  type Stat,
  type Sys,
  strerror,
  WUNTRACED,
} from '../../../kernel/sim';
import { orNull } from '../../lib/attempt';
import { execByName } from '../../lib/exec';
import { writeAll } from '../../lib/io';
import {
  type Args,
  complainPlain,
  type IpContext,
  IpError,
  matches,
  netnsDirectory,
  netnsIdOf,
  netnsNames,
  request,
} from './context';
import { type Json, jsonText } from './json';

export function* netns(context: IpContext, args: Args): Blocking<number> {
  const word = args.shift();
  if (word === undefined || matches(word, 'list') || matches(word, 'show') || word === 'lst')
    return yield* list(context);
  if (word === 'help') return yield* usage(context.sys);
  if (matches(word, 'add')) return yield* add(context, nameOf(args, 'No netns name specified'));
  if (matches(word, 'set')) return yield* setId(context, args);
  if (matches(word, 'delete')) return yield* remove(context, args);
  if (matches(word, 'identify')) return yield* identify(context, args);
  if (matches(word, 'pids')) return yield* pids(context, nameOf(args, 'No netns name specified'));
  if (matches(word, 'exec')) return yield* exec(context, args);
  if (matches(word, 'attach')) return yield* attach(context, args);
  if (matches(word, 'list-id')) return yield* listIds(context);
  throw new IpError(`Command "${word}" is unknown, try "ip netns help".`, 255);
}

function* usage(sys: Sys): Blocking<number> {
  const lines = [
    'Usage:\tip netns list',
    '\tip netns add NAME',
    '\tip netns attach NAME PID',
    '\tip netns set NAME NETNSID',
    '\tip [-all] netns delete [NAME]',
    '\tip netns identify [PID]',
    '\tip netns pids NAME',
    '\tip [-all] netns exec [NAME] cmd ...',
    '\tip netns monitor',
    '\tip netns list-id [target-nsid POSITIVE-INT] [nsid POSITIVE-INT]',
    'NETNSID := auto | POSITIVE-INT',
    '',
  ];
  yield* writeAll(sys, 2, lines.join('\n'));
  return 255;
}

function nameOf(args: Args, message: string): string {
  const name = args.shift();
  if (name === undefined) throw new IpError(message, 1);
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.length > 255)
    throw new IpError(`Invalid netns name "${name}"`, 255);
  return name;
}

function* list(context: IpContext): Blocking<number> {
  const { sys, options } = context;
  const found: Array<{ name: string; id: number | null }> = [];
  for (const name of netnsNames(sys)) found.push({ name, id: yield* netnsIdOf(sys, name) });
  if (options.json) {
    const values = found.map(({ name, id }): Json => (id === null ? { name } : { name, id }));
    yield* context.out.write(jsonText(values, options.pretty));
    return 0;
  }
  for (const { name, id } of found) yield* context.out.write(id === null ? `${name}\n` : `${name} (id: ${id})\n`);
  return 0;
}

/** The numbers other namespaces have here: those with a name, and those devices lead to. */
function* listIds(context: IpContext): Blocking<number> {
  const { sys } = context;
  const names = new Map<number, string | null>();
  for (const { linkNetnsId } of context.links()) if (linkNetnsId !== null) names.set(linkNetnsId, null);
  for (const name of netnsNames(sys)) {
    const id = yield* netnsIdOf(sys, name);
    if (id !== null) names.set(id, name);
  }
  for (const [id, name] of [...names].sort(([a], [b]) => a - b))
    yield* context.out.write(`nsid ${id} ${name === null ? '' : `(iproute2 netns name: ${name})`}\n`);
  return 0;
}

/** Runs a call; its failure ends the command with `what: reason`. */
function orFail(run: () => void, what: (reason: string, errno: Errno) => string): void {
  try {
    run();
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new IpError(what(strerror(error.errno), error.errno), 1);
  }
}

function* add(context: IpContext, name: string): Blocking<number> {
  const { sys } = context;
  const path = `${netnsDirectory}/${name}`;
  makeDirectory(sys);
  yield* makeFile(sys, path);
  try {
    orFail(
      () => sys.unshare(CLONE_NEWNET),
      (reason) => `Failed to create a new network namespace "${name}": ${reason}`,
    );
    orFail(
      () => sys.mount('/proc/self/ns/net', path, 'none', MS_BIND),
      (reason) => `Bind /proc/self/ns/net -> ${path} failed: ${reason}`,
    );
  } catch (error) {
    if (error instanceof IpError) sys.unlink(path);
    throw error;
  }
  return 0;
}

/** /run/netns, shared: what is pinned there is seen by every mount namespace that was copied from this one. */
function makeDirectory(sys: Sys): void {
  try {
    sys.mkdir(netnsDirectory, 0o755);
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (error.errno !== 'EEXIST') throw new IpError(`mkdir ${netnsDirectory} failed: ${strerror(error.errno)}`);
  }
  try {
    sys.mount('', netnsDirectory, 'none', MS_SHARED | MS_REC);
    return;
  } catch (error) {
    if (!isSysError(error)) throw error;
    if (error.errno !== 'EINVAL')
      throw new IpError(`mount --make-shared ${netnsDirectory} failed: ${strerror(error.errno)}`);
  }
  orFail(
    () => sys.mount(netnsDirectory, netnsDirectory, 'none', MS_BIND | MS_REC),
    (reason) => `mount --bind ${netnsDirectory} ${netnsDirectory} failed: ${reason}`,
  );
  orFail(
    () => sys.mount('', netnsDirectory, 'none', MS_SHARED | MS_REC),
    (reason) => `mount --make-shared ${netnsDirectory} failed: ${reason}`,
  );
}

function* makeFile(sys: Sys, path: string): Blocking<void> {
  try {
    const fd = yield* sys.open(path, O_RDONLY | O_CREAT | O_EXCL, 0);
    sys.close(fd);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new IpError(`Cannot create namespace file "${path}": ${strerror(error.errno)}`);
  }
}

function* attach(context: IpContext, args: Args): Blocking<number> {
  const { sys } = context;
  const name = nameOf(args, 'No netns name specified');
  const pid = args.shift();
  if (pid === undefined) throw new IpError('No PID specified', 255);
  if (!/^\d+$/.test(pid)) throw new IpError(`Invalid PID: ${pid}`, 255);
  const path = `${netnsDirectory}/${name}`;
  makeDirectory(sys);
  yield* makeFile(sys, path);
  orFail(
    () => sys.mount(`/proc/${pid}/ns/net`, path, 'none', MS_BIND),
    (reason) => `Bind /proc/${pid}/ns/net -> ${path} failed: ${reason}`,
  );
  return 0;
}

function* remove(context: IpContext, args: Args): Blocking<number> {
  const { sys, options } = context;
  const names = args.isEmpty && options.all ? netnsNames(sys) : [nameOf(args, 'No netns name specified')];
  let status = 0;
  for (const name of names) {
    const path = `${netnsDirectory}/${name}`;
    try {
      sys.umount(path, MNT_DETACH);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
    try {
      sys.unlink(path);
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* complainPlain(sys, `Cannot remove namespace file "${path}": ${strerror(error.errno)}`);
      status = 1;
    }
  }
  return status;
}

function* setId(context: IpContext, args: Args): Blocking<number> {
  const name = nameOf(args, 'No netns name specified');
  const text = args.shift();
  if (text === undefined) throw new IpError('No nsid specified', 255);
  if (text !== 'auto' && !/^\d+$/.test(text)) throw new IpError('Invalid "netnsid" value\n', 255);
  const fd = yield* openNetns(context.sys, name);
  request(() => context.sys.setNetnsId({ fd }, text === 'auto' ? -1 : Number(text)));
  return 0;
}

function* openNetns(sys: Sys, name: string): Blocking<number> {
  try {
    return yield* sys.open(`${netnsDirectory}/${name}`, O_RDONLY);
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new IpError(`Cannot open network namespace "${name}": ${strerror(error.errno)}`, 255);
  }
}

/** `ip -n NAME`: the rest of the command runs there. */
export function* enterNetns(sys: Sys, name: string): Blocking<void> {
  const fd = yield* openNetns(sys, name);
  orFail(
    () => sys.setns(fd, CLONE_NEWNET),
    (reason) => `setting the network namespace "${name}" failed: ${reason}`,
  );
  sys.close(fd);
}

/** netns_switch: with a /sys of its own, and its own files of /etc/netns. */
function* switchTo(sys: Sys, name: string): Blocking<void> {
  yield* enterNetns(sys, name);
  orFail(
    () => sys.unshare(CLONE_NEWNS),
    (reason) => `unshare failed: ${reason}`,
  );
  orFail(
    () => sys.mount('', '/', 'none', MS_SLAVE | MS_REC),
    (reason) => `"mount --make-rslave /" failed: ${reason}`,
  );
  try {
    sys.umount('/sys', MNT_DETACH);
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  orFail(
    () => sys.mount(name, '/sys', 'sysfs', 0),
    (reason) => `mount of /sys failed: ${reason}`,
  );
  bindEtc(sys, name);
}

function bindEtc(sys: Sys, name: string): void {
  const directory = `/etc/netns/${name}`;
  let entries: string[];
  try {
    entries = sys.readdir(directory).map((entry) => entry.name);
  } catch (error) {
    if (!isSysError(error)) throw error;
    return;
  }
  for (const entry of entries) {
    if (entry === '.' || entry === '..') continue;
    try {
      sys.mount(`${directory}/${entry}`, `/etc/${entry}`, 'none', MS_BIND);
    } catch (error) {
      if (!isSysError(error)) throw error;
    }
  }
}

function* exec(context: IpContext, args: Args): Blocking<number> {
  const { sys, options, env } = context;
  if (options.all) return yield* execInAll(context, args);
  const name = args.shift();
  if (name === undefined) throw new IpError('No netns name specified', 1);
  const command = args.rest;
  if (command.length === 0) throw new IpError('No command specified', 255);
  yield* switchTo(sys, name);
  const errno = yield* execByName(sys, command, env);
  throw new IpError(`exec of "${command[0]}" failed: ${strerror(errno)}`, 1);
}

function* execInAll({ sys, env }: IpContext, args: Args): Blocking<number> {
  const command = args.rest;
  if (command.length === 0) throw new IpError('No command specified', 255);
  for (const name of netnsNames(sys)) {
    yield* writeAll(sys, 1, `\nnetns: ${name}\n`);
    const child = sys.fork(function* (inner): Blocking<number> {
      yield* switchTo(inner, name);
      const errno = yield* execByName(inner, command, env);
      yield* complainPlain(inner, `exec of "${command[0]}" failed: ${strerror(errno)}`);
      return 1;
    });
    yield* sys.waitpid(child, WUNTRACED);
  }
  return 0;
}

function* identify(context: IpContext, args: Args): Blocking<number> {
  const { sys } = context;
  const pid = args.shift() ?? 'self';
  if (pid !== 'self' && !/^\d+$/.test(pid)) throw new IpError(`Specified string '${pid}' is not a pid`, 255);
  const own = statOf(sys, `/proc/${pid}/ns/net`);
  if (!own) throw new IpError(`Cannot open network namespace: No such file or directory`, 1);
  const names = netnsNames(sys).filter((name) => {
    const stat = statOf(sys, `${netnsDirectory}/${name}`);
    return stat !== null && isSame(stat, own);
  });
  yield* context.out.write(`${names.join('\n')}\n`);
  return 0;
}

function* pids(context: IpContext, name: string): Blocking<number> {
  const { sys } = context;
  const own = statOf(sys, `${netnsDirectory}/${name}`);
  if (!own) throw new IpError(`Cannot open network namespace: No such file or directory`, 1);
  for (const entry of sys.readdir('/proc')) {
    if (!/^\d+$/.test(entry.name)) continue;
    const stat = statOf(sys, `/proc/${entry.name}/ns/net`);
    if (stat && isSame(stat, own)) yield* context.out.write(`${entry.name}\n`);
  }
  return 0;
}

function statOf(sys: Sys, path: string): Stat | null {
  return orNull(() => sys.stat(path));
}

function isSame(a: Stat, b: Stat): boolean {
  return a.ino === b.ino && a.dev.major === b.dev.major && a.dev.minor === b.dev.minor;
}
