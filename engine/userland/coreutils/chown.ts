/** chown and chgrp: change who owns files (chown(1), chgrp(1)). */
import { type Blocking, type Errno, isSysError, type Program, type Stat, strerror } from '../../kernel/sim';
import { outcome, problemOf } from '../lib/attempt';
import { type OptionSpec, UsageError } from '../lib/options';
import { joinPath } from '../lib/paths';
import { isDirectory, isLink, lookUp } from '../lib/stat';
import { Accounts } from '../lib/users';
import { groupOf, isOldStyle, type Owner, ownerOf } from './common/owner';
import { refuseRoot, rootOptions } from './common/preserve-root';
import { Fatal, makeTool, type Tool } from './common/tool';

const options: readonly OptionSpec[] = [
  { short: 'R', long: 'recursive' },
  { short: 'c', long: 'changes' },
  { long: 'dereference' },
  { long: 'from', value: 'required' },
  { short: 'h', long: 'no-dereference' },
  ...rootOptions,
  { short: 'f', long: 'quiet' },
  { long: 'silent', as: 'quiet' },
  { long: 'reference', value: 'required' },
  { short: 'v', long: 'verbose' },
  { short: 'H' },
  { short: 'L' },
  { short: 'P' },
];

const help = `
  -c, --changes            say what changed            -v, --verbose   say what is done
  -f, --silent, --quiet    few messages
      --dereference, -h, --no-dereference   change what links lead to (default), or links
      --from=OWNER:GROUP   only what has this owner and group
      --no-preserve-root, --preserve-root   whether '/' is treated specially with -R
      --reference=RFILE    those of RFILE
  -R, --recursive          directories and what is in them
  -H, -L, -P               with -R, follow links to directories: of the command line, all, none`;

export const chown = ownerTool(
  'chown',
  `[OPTION]... [OWNER][:[GROUP]] FILE...\nChange the owner and group of each FILE.\n${help}`,
);
export const chgrp = ownerTool('chgrp', `[OPTION]... GROUP FILE...\nChange the group of each FILE.\n${help}`);

function ownerTool(name: 'chown' | 'chgrp', text: string): Program {
  return makeTool({
    name,
    options: name === 'chown' ? options : options.filter(({ long }) => long !== 'from'),
    help: text,
    *run(tool) {
      const accounts = yield* Accounts.load(tool.sys);
      const isFollowing = tool.options.given.some(({ name: option }) => option === 'dereference');
      const walk = tool.options.given.findLast(({ name: option }) => /^[HLP]$/.test(option))?.name ?? 'P';
      if (tool.has('recursive') && isFollowing && walk === 'P')
        throw new Fatal('-R --dereference requires either -H or -L');
      const operands = [...tool.operands];
      const reference = tool.value('reference');
      const spec = reference === null ? operands.shift() : undefined;
      if (operands.length === 0) {
        throw new UsageError(spec === undefined ? 'missing operand' : `missing operand after ${tool.word(spec)}`);
      }
      if (name === 'chown' && spec !== undefined && isOldStyle(accounts, spec)) {
        yield* tool.warn(`warning: '.' should be ':': ${tool.word(spec)}`);
      }
      const owner =
        reference === null ? readOwner(tool, accounts, name, spec ?? '') : ownerOfFile(tool, name, reference);
      const from = tool.value('from');
      const required = from === null ? { uid: -1, gid: -1 } : readOwner(tool, accounts, 'chown', from);
      const changer = new OwnerChanger(tool, { name, accounts, owner, required, walk });
      for (const operand of operands) {
        if (tool.has('recursive') && (yield* refuseRoot(tool, operand))) continue;
        yield* changer.change(operand, true);
      }
    },
  });
}

function readOwner(tool: Tool, accounts: Accounts, name: 'chown' | 'chgrp', spec: string): Owner {
  if (name === 'chgrp') {
    if (spec === '') return { uid: -1, gid: -1 };
    const gid = groupOf(accounts, spec);
    if (gid === null) throw new Fatal(`invalid group: ${tool.word(spec)}`);
    return { uid: -1, gid };
  }
  const owner = ownerOf(accounts, spec);
  if (typeof owner === 'string') throw new Fatal(`${owner}: ${tool.word(spec)}`);
  return owner;
}

function ownerOfFile(tool: Tool, name: 'chown' | 'chgrp', reference: string): Owner {
  try {
    const { uid, gid } = tool.sys.stat(reference);
    return { uid: name === 'chown' ? uid : -1, gid };
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`failed to get attributes of ${tool.quote(reference)}: ${strerror(error.errno)}`);
  }
}

interface ChangerOptions {
  name: 'chown' | 'chgrp';
  accounts: Accounts;
  owner: Owner;
  required: Owner;
  /** `H`, `L` or `P`. */
  walk: string;
}

class OwnerChanger {
  constructor(
    private readonly tool: Tool,
    private readonly options: ChangerOptions,
  ) {}

  *change(path: string, isOperand: boolean): Blocking<void> {
    const { tool, options: given } = this;
    const { sys } = tool;
    yield* sys.checkpoint();
    const isRecursive = tool.has('recursive');
    const own = lookUp(sys, path, false);
    if (typeof own === 'string') return yield* this.#failed(`cannot access ${tool.quote(path)}`, own, path);
    const walksLinks = given.walk === 'L' || (given.walk === 'H' && isOperand);
    const isLinkItself =
      tool.has('no-dereference') || (isRecursive && !walksLinks && isLink(own) && given.walk === 'P');
    const found = isLink(own) && !isLinkItself ? lookUp(sys, path) : own;
    if (typeof found === 'string') return yield* this.#failed(`cannot dereference ${tool.quote(path)}`, found, path);
    const isTree = isRecursive && isDirectory(found) && (!isLink(own) || walksLinks);
    if (isTree) yield* this.#contents(path);
    yield* this.#apply(path, found, isLink(own) && isLinkItself);
  }

  *#contents(path: string): Blocking<void> {
    const { tool } = this;
    const names = outcome(() => tool.sys.readdir(path));
    if (typeof names === 'string') return yield* this.#failed(`cannot read directory ${tool.quote(path)}`, names, null);
    for (const { name } of names) if (name !== '.' && name !== '..') yield* this.change(joinPath(path, name), false);
  }

  *#failed(text: string, errno: Errno, path: string | null): Blocking<void> {
    const { tool } = this;
    tool.status = 1;
    if (!tool.has('quiet')) yield* tool.failWith(text, errno);
    if (!tool.has('verbose') || path === null) return;
    yield* tool.line(`failed to change ${this.#what()} of ${tool.quote(path)} to ${this.#text(this.options.owner)}`);
  }

  *#apply(path: string, stat: Stat, isLinkItself: boolean): Blocking<void> {
    const { tool, options: given } = this;
    const { owner, required } = given;
    const fits = (required.uid < 0 || required.uid === stat.uid) && (required.gid < 0 || required.gid === stat.gid);
    const chown = () => tool.sys.chown(path, owner.uid, owner.gid, { noFollow: isLinkItself });
    const errno = fits ? problemOf(chown) : null;
    if (errno !== null) {
      tool.status = 1;
      const what = owner.uid < 0 && owner.gid >= 0 ? 'group' : 'ownership';
      if (!tool.has('quiet')) yield* tool.failWith(`changing ${what} of ${tool.quote(path)}`, errno);
    }
    const changes = fits && ((owner.uid >= 0 && owner.uid !== stat.uid) || (owner.gid >= 0 && owner.gid !== stat.gid));
    const tells = tool.has('verbose') || (errno === null && changes && tool.has('changes'));
    if (tells) yield* tool.line(this.#report(path, stat, errno, changes));
  }

  /** chown speaks of the group alone as of an owner without a name. */
  #what(): string {
    const { owner, name } = this.options;
    return name === 'chgrp' && owner.gid >= 0 ? 'group' : 'ownership';
  }

  #text(shown: Owner): string {
    const { accounts, name } = this.options;
    const user = shown.uid < 0 ? '' : accounts.userName(shown.uid);
    const group = shown.gid < 0 ? '' : accounts.groupName(shown.gid);
    if (group === '') return user;
    return name === 'chgrp' ? group : `${user}:${group}`;
  }

  #report(path: string, stat: Stat, errno: Errno | null, changes: boolean): string {
    const { tool, options: given } = this;
    const { owner, name } = given;
    const wanted = this.#text(owner);
    const showsUser = owner.uid >= 0 || (name === 'chown' && owner.gid >= 0);
    const before = this.#text({ uid: showsUser ? stat.uid : -1, gid: owner.gid >= 0 ? stat.gid : -1 });
    const what = this.#what();
    if (errno !== null) return `failed to change ${what} of ${tool.quote(path)} from ${before} to ${wanted}`;
    if (changes) return `changed ${what} of ${tool.quote(path)} from ${before} to ${wanted}`;
    return before === ''
      ? `${what} of ${tool.quote(path)} retained`
      : `${what} of ${tool.quote(path)} retained as ${before}`;
  }
}
