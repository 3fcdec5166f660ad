/** pinky: who is logged in, or what the accounts say of somebody (pinky(1)). Nobody is in utmp here. */
import type { Blocking } from '../../kernel/sim';
import { UsageError } from '../lib/options';
import { Accounts } from '../lib/users';
import { makeTool, type Tool } from './common/tool';

export const pinky = makeTool({
  name: 'pinky',
  options: 'bfhilpqsw'.split('').map((short) => ({ short })),
  help: `[OPTION]... [USER]...
Print who is logged in, or with -l what the accounts say of each USER.

  -l  about USERs   -b  no home and shell   -h  no project   -p  no plan   -s  short (default)
  -f  no heading    -w  no full name   -i, -q  no place, no idle time`,
  *run(tool) {
    if (tool.has('l')) {
      if (tool.operands.length === 0)
        throw new UsageError('no username specified; at least one must be specified when using -l');
      const accounts = yield* Accounts.load(tool.sys);
      for (const name of tool.operands) yield* account(tool, accounts, name);
      return;
    }
    if (tool.has('f')) return;
    const name = tool.has('w') || tool.has('i') || tool.has('q') ? '' : ' Name                ';
    const idle = tool.has('q') ? '' : ' Idle  ';
    const place = tool.has('i') || tool.has('q') ? '' : ' Where';
    yield* tool.line(`Login   ${name} TTY     ${idle} When            ${place}`);
  },
});

function* account(tool: Tool, accounts: Accounts, name: string): Blocking<void> {
  const user = accounts.user(name);
  if (user === null) return yield* tool.line(`Login name: ${name.padEnd(28)}In real life:  ???`);
  const real = user.gecos.replace(/,.*/, '').replaceAll(
    '&',
    user.name.replace(/^./, (letter) => letter.toUpperCase()),
  );
  yield* tool.line(`Login name: ${name.padEnd(28)}In real life:  ${real}`);
  if (!tool.has('b')) yield* tool.line(`Directory: ${user.home.padEnd(29)}Shell:  ${user.shell}`);
  yield* tool.line('');
}
