/** pidof: numbers of the processes that run a program, the newest first. */
import { isSysError, type Sys } from '../../kernel/sim';
import { baseName, makeCommand } from '../lib/command';
import { linkTarget, type ProcessStat, processNumbers, readArguments, readStat } from '../lib/processes';

interface Found {
  stat: ProcessStat;
  exe: string | null;
  args: string[];
}

export const pidof = makeCommand({
  name: 'pidof',
  options: [
    { short: 's' },
    { short: 'c' },
    { short: 'n' },
    { short: 'x' },
    { short: 'z' },
    { short: 'q' },
    { short: 'd', value: 'required' },
    { short: 'o', value: 'required' },
    { short: 'S', value: 'required' },
  ],
  usage: `pidof usage: [options] <program-name>

  -s       only one
  -q       only whether there is one
  -c       only those with the same root
  -x       scripts, too
  -z       zombies, too
  -d SEP, -S SEP   between the numbers
  -o PID,...       leave those out
`,
  helpLetter: 'h',
  *run(command) {
    const { sys } = command;
    if (command.operands.length === 0) return 1;
    const omitted = command.options
      .values('o')
      .flatMap((list) => list.split(','))
      .map((text) => omittedPid(sys, text));
    const processes: Found[] = [];
    for (const pid of processNumbers(sys)) {
      const stat = yield* readStat(sys, pid);
      if (!stat || omitted.includes(pid) || (stat.state === 'Z' && !command.has('z'))) continue;
      if (command.has('c') && !sameRoot(sys, pid)) continue;
      processes.push({ stat, exe: linkTarget(sys, `/proc/${pid}/exe`), args: yield* readArguments(sys, pid) });
    }
    const found = command.operands.flatMap((name) => {
      const real = resolved(sys, name);
      return processes.filter((process) => runs(process, name, real, command.has('x'))).reverse();
    });
    const pids = found.map(({ stat }) => stat.pid);
    const shown = command.has('s') ? pids.slice(0, 1) : pids;
    if (shown.length > 0 && !command.has('q')) {
      yield* command.line(shown.join(command.value('d') ?? command.value('S') ?? ' '));
    }
    return shown.length > 0 ? 0 : 1;
  },
});

function omittedPid(sys: Sys, text: string): number {
  return text === '%PPID' ? sys.getppid() : Number(text);
}

/** By its path, or the name of its file, of its first argument, or of the process itself. */
function runs({ stat, exe, args }: Found, name: string, real: string | null, scripts: boolean): boolean {
  const [first = '', second = ''] = args;
  if (name.includes('/')) return exe === real || exe === name || first === name;
  const zero = first.replace(/^-/, '');
  if (baseName(zero) === name || (exe !== null && baseName(exe) === name)) return true;
  if (args.length === 0 && stat.comm === name) return true;
  return scripts && baseName(second) === name && stat.comm === name.slice(0, 15);
}

function resolved(sys: Sys, path: string): string | null {
  if (!path.includes('/')) return null;
  try {
    const { dev, ino } = sys.stat(path);
    return processPath(sys, path, dev.major, dev.minor, ino);
  } catch (error) {
    if (isSysError(error)) return null;
    throw error;
  }
}

/** `/bin` is a link to `/usr/bin`: what /proc says is the real name. */
function processPath(sys: Sys, path: string, major: number, minor: number, ino: number): string {
  const inUsr = `/usr${path}`;
  try {
    const { dev, ino: other } = sys.stat(inUsr);
    if (dev.major === major && dev.minor === minor && ino === other) return inUsr;
  } catch (error) {
    if (!isSysError(error)) throw error;
  }
  return path;
}

function sameRoot(sys: Sys, pid: number): boolean {
  const own = linkTarget(sys, '/proc/self/root');
  return linkTarget(sys, `/proc/${pid}/root`) === own;
}
