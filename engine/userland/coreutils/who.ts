/**
 * who, users and pinky list who is logged in, from utmp. Machines keep no utmp, as containers do not: all three find
 * nobody (who(1), users(1)).
 */
import type { Program } from '../../kernel/sim';
import { extraOperand } from './common/operands';
import { makeTool, type Tool } from './common/tool';

const utmp = '/var/run/utmp';

export const who = makeTool({
  name: 'who',
  options: [
    { short: 'a', long: 'all' },
    { short: 'b', long: 'boot' },
    { short: 'd', long: 'dead' },
    { short: 'H', long: 'heading' },
    { long: 'ips' },
    { short: 'l', long: 'login' },
    { long: 'lookup' },
    { short: 'm' },
    { short: 'p', long: 'process' },
    { short: 'q', long: 'count' },
    { short: 'r', long: 'runlevel' },
    { short: 's', long: 'short' },
    { short: 't', long: 'time' },
    { short: 'T', long: 'mesg' },
    { short: 'w', as: 'mesg' },
    { long: 'message', as: 'mesg' },
    { long: 'writable', as: 'mesg' },
    { short: 'u', long: 'users' },
  ],
  help: `[OPTION]... [ FILE | ARG1 ARG2 ]
Print who is logged in.

  -a, --all   -b, --boot   -d, --dead   -H, --heading   -l, --login   -m   -p, --process
  -q, --count   -r, --runlevel   -s, --short   -t, --time   -T, -w, --mesg   -u, --users`,
  *run(tool) {
    if (tool.operands.length > 2) throw extraOperand(tool, tool.operands[2] ?? '');
    if (tool.has('count')) return yield* tool.line('\n# users=0');
    if (tool.has('heading')) yield* tool.line(heading(tool));
  },
});

function heading(tool: Tool): string {
  const mesg = tool.has('mesg') || tool.has('all') ? ' S' : '';
  const idle = tool.has('users') || tool.has('all') ? ' IDLE          PID' : '';
  return `NAME    ${mesg} LINE         TIME            ${idle} COMMENT${tool.has('all') || tool.has('dead') ? ' EXIT' : ''}`;
}

export const users: Program = makeTool({
  name: 'users',
  help: `[OPTION]... [FILE]\nPrint who is logged in, from FILE or ${utmp}.`,
  *run(tool) {
    if (tool.operands.length > 1) throw extraOperand(tool, tool.operands[1] ?? '');
    yield* tool.flush();
  },
});
