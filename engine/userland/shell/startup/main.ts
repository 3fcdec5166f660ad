/** The program: `bash`, and `sh`, which is dash. */
import { type Blocking, bare, type Program, type Sys, signalNumbers } from '../../../kernel/sim';
import { holds } from '../../lib/attempt';
import { addBuiltins } from '../builtins/registry';
import { interpreterHooks, makeShell } from '../interp/interpreter';
import { runLines } from '../interp/text';
import { drive } from '../interp/trampoline';
import { installSignals } from '../jobs/signals';
import { runToEnd } from '../jobs/spawn';
import type { Hooks, Shell } from '../state/shell';
import { beginEnvironment } from './environment';
import { type Invocation, InvocationError, readInvocation } from './invocation';
import { runScriptFile } from './script';
import { runStdin } from './stdin';
import { helpText, optionList, usageText, versionText } from './texts';

/** What an interactive shell is made of; put in by the door, so that scripts do not need it. */
export interface InteractiveParts {
  /** Startup files, then reading commands until the end. */
  run(shell: Shell, invocation: Invocation): Blocking<number>;
  /** Startup files of a login shell that is not interactive, or of `BASH_ENV`. */
  readStartupFiles(shell: Shell, invocation: Invocation): Blocking<void>;
  hooks: Pick<Hooks, 'setOption' | 'expandPs4' | 'beforeExec' | 'afterExec' | 'beforeEnd'>;
  builtins: Parameters<typeof addBuiltins>[0];
}

/** `applet`: programs the shell has in itself. */
export function shellProgram(
  flavour: 'bash' | 'dash',
  parts: InteractiveParts,
  applet: Shell['applet'] = null,
): Program {
  addBuiltins(parts.builtins);
  return function* main(sys, argv, env) {
    const shell = newShell(sys, flavour, parts, argv);
    shell.applet = applet;
    try {
      return yield* drive(start(shell, parts, argv, env));
    } catch (error) {
      if (!(error instanceof RangeError) || !/call stack/i.test(error.message)) throw error;
      sys.kill(sys.getpid(), signalNumbers.SIGSEGV);
      return 139;
    }
  };
}

function newShell(sys: Sys, flavour: 'bash' | 'dash', parts: InteractiveParts, argv: readonly string[]): Shell {
  const hooks: Hooks = {
    ...interpreterHooks,
    ...parts.hooks,
    runScript: (parent, path, args, environment) => runAgain(parent, flavour, parts, path, args, environment),
  };
  const shell = makeShell(sys, hooks);
  const [argv0 = flavour] = argv;
  shell.flavour = flavour;
  shell.arg0 = argv0;
  shell.name = flavour === 'bash' ? baseName(argv0) : argv0;
  return shell;
}

function baseName(argv0: string): string {
  return argv0.slice(argv0.lastIndexOf('/') + 1);
}

function* start(
  shell: Shell,
  parts: InteractiveParts,
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
): Blocking<number> {
  let invocation: Invocation;
  try {
    invocation = readInvocation(argv);
  } catch (error) {
    if (!(error instanceof InvocationError)) throw error;
    const by = error.isOfSet && shell.flavour === 'bash' ? `${shell.arg0}: line 0: ${shell.arg0}: ` : `${shell.arg0}: `;
    const usage = /invalid option$/.test(error.message) ? usageText(shell.arg0) : '';
    shell.printError(`${by}${error.message}\n${usage}`);
    yield* shell.flush();
    return 2;
  }
  if (invocation.show !== null) return yield* show(shell, invocation.show);
  shell.isLogin = invocation.login;
  const hasScript = invocation.command === null && invocation.operands.length > 0 && !invocation.readsStdin;
  const readsCommands = invocation.command === null && !hasScript;
  shell.isInteractive =
    invocation.interactive || (readsCommands && isTerminal(shell.sys, 0) && isTerminal(shell.sys, 2));
  beginEnvironment(shell, env, argv);
  applyOptions(shell, invocation);
  installSignals(shell);
  return yield* runToEnd(shell, () =>
    shell.isInteractive ? parts.run(shell, invocation) : runOnce(shell, parts, invocation, hasScript),
  );
}

function isTerminal(sys: Sys, fd: number): boolean {
  return holds(() => sys.isatty(fd));
}

function* show(shell: Shell, what: 'version' | 'help' | 'options'): Blocking<number> {
  if (what === 'version') shell.print(versionText);
  else if (what === 'help') shell.print(helpText(shell.arg0));
  else shell.print(optionList());
  yield* shell.flush();
  return 0;
}

function applyOptions(shell: Shell, invocation: Invocation): void {
  const { options } = shell;
  if (shell.flavour === 'dash') {
    options.set.clear();
    options.setShopt('expand_aliases', true);
  }
  options.invocation =
    (shell.isInteractive ? 'i' : '') +
    (invocation.command !== null ? 'c' : '') +
    (invocation.command === null && (invocation.readsStdin || invocation.operands.length === 0) ? 's' : '');
  if (shell.isInteractive && shell.flavour === 'bash') {
    for (const name of ['emacs', 'histexpand', 'history', 'monitor']) options.turn(name, true);
    options.setShopt('expand_aliases', true);
  }
  options.setShopt('login_shell', shell.isLogin);
  for (const { name, on } of invocation.shopts) options.setShopt(name, on);
  for (const { name, on } of invocation.options) options.turn(name, on);
}

function* runOnce(shell: Shell, parts: InteractiveParts, invocation: Invocation, hasScript: boolean): Blocking<number> {
  yield* parts.readStartupFiles(shell, invocation);
  return yield* runInvocation(shell, invocation, hasScript);
}

/** `-c`, a script, or standard input. */
export function* runInvocation(shell: Shell, invocation: Invocation, hasScript: boolean): Blocking<number> {
  if (invocation.command !== null) {
    const [arg0, ...params] = invocation.operands;
    shell.isCommandString = true;
    if (shell.flavour === 'bash') shell.vars.set('BASH_EXECUTION_STRING', invocation.command);
    shell.file = shell.flavour === 'bash' ? 'environment' : '';
    if (arg0 !== undefined) {
      shell.arg0 = arg0;
      shell.name = arg0;
    }
    shell.params = params;
    return yield* runLines(shell, invocation.command, { tail: 'string' });
  }
  if (hasScript) {
    const [name = '', ...params] = invocation.operands;
    return yield* runScriptFile(shell, name, params);
  }
  shell.readsStdin = true;
  shell.file = 'main';
  shell.params = invocation.operands;
  return yield* runStdin(shell);
}

/** A script without `#!`: this process forgets what it was and reads it. */
function* runAgain(
  parent: Shell,
  flavour: 'bash' | 'dash',
  parts: InteractiveParts,
  path: string,
  args: readonly string[],
  environment: readonly string[],
): Blocking<number> {
  const shell = newShell(parent.sys, flavour, parts, [path, ...args]);
  const env: Record<string, string> = bare({});
  for (const entry of environment) {
    const at = entry.indexOf('=');
    if (at > 0) env[entry.slice(0, at)] = entry.slice(at + 1);
  }
  beginEnvironment(shell, env, [path]);
  applyOptions(shell, readInvocation([flavour, path]));
  return yield* runToEnd(shell, () => runScriptFile(shell, path, args));
}
