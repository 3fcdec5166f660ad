/** `coproc`: a command in the background with pipes to and from it (bash(1), "Coprocesses"). */
import type * as Ast from 'unbash';
import type { Blocking } from '../../../kernel/sim';
import { spawn } from '../jobs/spawn';
import { printCommand } from '../parse/print';
import type { Shell } from '../state/shell';
import { IndexedArray } from '../state/variable';

export function* runCoproc(shell: Shell, node: Ast.Coproc): Blocking<number> {
  const { sys } = shell;
  const name = node.name?.text ?? 'COPROC';
  const input = sys.pipe();
  const output = sys.pipe();
  const pid = yield* spawn(
    shell,
    {
      group: shell.controlsJobs ? 0 : null,
      background: true,
      prepare: (child) => {
        child.sys.dup2(input.readEnd, 0);
        child.sys.dup2(output.writeEnd, 1);
        for (const fd of [input.readEnd, input.writeEnd, output.readEnd, output.writeEnd]) child.sys.close(fd);
      },
    },
    (child) => child.interpreter.execute(child, node.body, 'no'),
  );
  sys.close(input.readEnd);
  sys.close(output.writeEnd);
  const ends = [moveUp(shell, output.readEnd), moveUp(shell, input.writeEnd)];
  shell.vars.target(name).value = IndexedArray.of(ends.map(String));
  shell.vars.set(`${name}_PID`, String(pid));
  shell.lastBackground = pid;
  const job = {
    number: 0,
    group: shell.controlsJobs ? pid : 0,
    processes: [{ pid, text: printCommand(node, shell.source), state: { kind: 'running' } as const }],
    text: printCommand(node, shell.source),
    isBackground: true,
    hasOwnGroup: shell.controlsJobs,
    reported: 'Running',
    directory: shell.vars.get('PWD') ?? '',
    keepsOnHangup: false,
    wasForeground: false,
    notice: '',
  };
  shell.jobs.add(job, true);
  if (shell.isInteractive) shell.printError(`[${job.number}] ${pid}\n`);
  yield* shell.flush();
  shell.status = 0;
  return 0;
}

/** Out of the way of descriptors a script uses; programs do not get it. */
function moveUp(shell: Shell, fd: number): number {
  const moved = shell.sys.dup(fd, 60);
  shell.sys.setCloseOnExec(moved, true);
  shell.sys.close(fd);
  return moved;
}
