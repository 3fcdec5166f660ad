/** chroot: runs a program with another root directory (chroot(1)). */
import { type Blocking, isSysError, strerror } from '../../kernel/sim';
import { holds } from '../lib/attempt';
import { execByName } from '../lib/exec';
import { UsageError } from '../lib/options';
import { canonicalPath } from '../lib/realpath';
import { Accounts } from '../lib/users';
import { ownerOf } from './common/owner';
import { Fatal, makeTool, type Tool } from './common/tool';

const ownFailure = 125;

export const chroot = makeTool({
  name: 'chroot',
  options: [{ long: 'groups', value: 'required' }, { long: 'userspec', value: 'required' }, { long: 'skip-chdir' }],
  usageStatus: ownFailure,
  stopAtOperand: true,
  help: `[OPTION] NEWROOT [COMMAND [ARG]...]
Run COMMAND ("$SHELL" -i, or /bin/sh -i) with NEWROOT as its root directory.

      --groups=G_LIST        its further groups
      --userspec=USER:GROUP  whom it runs as
      --skip-chdir           do not go to "/"`,
  *run(tool) {
    const { sys } = tool;
    const [root, ...given] = tool.operands;
    if (root === undefined) throw new UsageError('missing operand');
    const isOldRoot = isRoot(tool, root);
    if (!isOldRoot && tool.has('skip-chdir')) {
      throw new UsageError("option --skip-chdir only permitted if NEWROOT is old '/'");
    }
    orFail(`cannot change root directory to ${tool.quote(root)}`, () => sys.chroot(root));
    if (!tool.has('skip-chdir')) orFail('cannot chdir to root directory', () => sys.chdir('/'));
    yield* becomeUser(tool);
    const command = given.length > 0 ? given : [tool.env.SHELL || '/bin/sh', '-i'];
    const errno = yield* execByName(sys, command, tool.env);
    yield* tool.warn(`failed to run command ${tool.word(command[0] ?? '')}: ${strerror(errno)}`);
    return errno === 'ENOENT' ? 127 : 126;
  },
});

function isRoot(tool: Tool, path: string): boolean {
  return holds(() => canonicalPath(tool.sys, path, 'all') === '/');
}

function orFail(text: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!isSysError(error)) throw error;
    throw new Fatal(`${text}: ${strerror(error.errno)}`, ownFailure);
  }
}

/** Names mean what they mean below the new root. */
function* becomeUser(tool: Tool): Blocking<void> {
  const [spec, list] = [tool.value('userspec'), tool.value('groups')];
  if (spec === null && list === null) return;
  const { sys } = tool;
  const accounts = yield* Accounts.load(sys);
  const owner = spec === null ? { uid: -1, gid: -1 } : ownerOf(accounts, spec);
  if (typeof owner === 'string') throw new Fatal(`${owner}`, ownFailure);
  const user = accounts.userById(owner.uid);
  const gid = owner.gid >= 0 ? owner.gid : (user?.gid ?? -1);
  if (owner.uid >= 0 && gid < 0) throw new Fatal(`no group specified for unknown uid: ${owner.uid}`, ownFailure);
  const groups = list === null ? (user ? accounts.groupsOf(user.name, gid) : null) : parseGroups(tool, accounts, list);
  if (groups !== null) orFail('failed to set supplemental groups', () => sys.setgroups(groups));
  if (gid >= 0) orFail('failed to set group-ID', () => sys.setgid(gid));
  if (owner.uid >= 0) orFail('failed to set user-ID', () => sys.setuid(owner.uid));
}

function parseGroups(tool: Tool, accounts: Accounts, list: string): number[] {
  if (list === '') return [];
  return list.split(',').map((name) => {
    const gid = accounts.group(name)?.gid ?? (/^\+?\d+$/.test(name) ? Number(name) : null);
    if (gid === null) throw new Fatal(`invalid group ${tool.word(name)}`, ownFailure);
    return gid;
  });
}
