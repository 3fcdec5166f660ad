/** exit, logout, return, break, continue, true, false, `:`, shift. */
import { Abandon, ExitShell, LoopJump, ReturnFrom } from '../state/flow';
import { isStopped } from '../state/jobs';
import type { Shell } from '../state/shell';
import { type Builtin, type BuiltinCall, complain, integerOf } from './support';

export const nothing: Builtin = () => 0;
export const failing: Builtin = () => 1;

export const exit: Builtin = function* (shell, call) {
  const [operand, more] = argsOf(call);
  if (shell.flavour === 'bash' && shell.isInteractive && shell.subshellDepth === 0)
    shell.printError(shell.isLogin ? 'logout\n' : 'exit\n');
  let status = shell.status;
  if (operand !== undefined) {
    const number = integerOf(operand);
    if (number === null) {
      complain(
        shell,
        call,
        shell.flavour === 'dash' ? `Illegal number: ${operand}` : `${operand}: numeric argument required`,
      );
      status = 2;
    } else if (more !== undefined && shell.flavour === 'bash') {
      complain(shell, call, 'too many arguments');
      yield* shell.flush();
      throw new Abandon(1);
    } else status = number & 255;
  }
  if (shell.isInteractive && shell.subshellDepth === 0 && !shell.hasWarnedOfJobs && shell.jobs.jobs.some(isStopped)) {
    shell.printError('There are stopped jobs.\n');
    shell.hasWarnedOfJobs = true;
    return 1;
  }
  yield* shell.flush();
  throw new ExitShell(status);
};

export const logout: Builtin = (shell, call) => {
  if (shell.isLogin) return exit(shell, call);
  complain(shell, call, "not login shell: use `exit'");
  return 1;
};

function argsOf(call: BuiltinCall): readonly string[] {
  return call.args[0] === '--' ? call.args.slice(1) : call.args;
}

export const returnFrom: Builtin = (shell, call) => {
  const [operand, more] = argsOf(call);
  let status = shell.status;
  if (operand !== undefined) {
    const number = integerOf(operand);
    if (number === null) {
      complain(shell, call, `${operand}: numeric argument required`);
      status = 2;
    } else if (more !== undefined) {
      complain(shell, call, 'too many arguments');
      return 1;
    } else status = number & 255;
  }
  if (shell.functionDepth === 0 && shell.sourceDepth === 0) {
    if (shell.flavour === 'dash') throw new ExitShell(status);
    complain(shell, call, "can only `return' from a function or sourced script");
    return 2;
  }
  throw new ReturnFrom(status);
};

function jump(kind: 'break' | 'continue'): Builtin {
  return (shell: Shell, call: BuiltinCall) => {
    const [operand] = argsOf(call);
    if (shell.loopDepth === 0) {
      if (shell.flavour === 'bash') complain(shell, call, "only meaningful in a `for', `while', or `until' loop");
      return 0;
    }
    const levels = operand === undefined ? 1 : integerOf(operand);
    if (levels === null) {
      complain(shell, call, `${operand}: numeric argument required`);
      throw new ExitShell(128);
    }
    if (levels <= 0) {
      complain(shell, call, `${operand}: loop count out of range`);
      throw new LoopJump('break', shell.loopDepth);
    }
    throw new LoopJump(kind, Math.min(levels, shell.loopDepth));
  };
}
export const breakLoop = jump('break');
export const continueLoop = jump('continue');

export const shift: Builtin = (shell, call) => {
  const [operand] = argsOf(call);
  const count = operand === undefined ? 1 : integerOf(operand);
  if (count === null) {
    complain(shell, call, `${operand}: numeric argument required`);
    return 1;
  }
  if (count < 0) {
    complain(shell, call, `${operand}: shift count out of range`);
    return 1;
  }
  if (count > shell.params.length) {
    if (shell.flavour === 'dash') {
      complain(shell, call, "can't shift that many");
      throw new ExitShell(2);
    }
    if (shell.options.shopts('shift_verbose')) complain(shell, call, `${count}: shift count out of range`);
    return 1;
  }
  shell.params = shell.params.slice(count);
  return 0;
};
