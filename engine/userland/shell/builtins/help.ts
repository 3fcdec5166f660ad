/** help, bind: what the builtins are, in short; key bindings as far as there are any to be changed. */

import { bare } from '../../../kernel/sim';
import { bindings } from '../edit/commands';
import { matchesPattern } from '../expand/pattern';
import { type Builtin, complain, parseOptions } from './support';
import { synopses } from './synopses';

const summaries: Readonly<Record<string, string>> = bare({
  '.': 'Runs the commands of a file in this shell.',
  ':': 'Does nothing, successfully.',
  '[': 'Evaluates a condition; the last argument is a bracket.',
  alias: 'Gives a command line a short name, or lists such names.',
  bg: 'Lets a stopped job go on in the background.',
  bind: 'Lists or changes what keys do on the command line.',
  break: 'Leaves a loop.',
  builtin: 'Runs a builtin, even when a function has its name.',
  caller: 'Tells where the function being executed was called.',
  cd: 'Changes the working directory.',
  command: 'Runs a command, leaving out functions of that name.',
  compgen: 'Prints what a completion would offer.',
  complete: 'Says how the arguments of a command are completed.',
  compopt: 'Changes options of a completion.',
  continue: 'Begins the next round of a loop.',
  declare: 'Declares variables and their attributes.',
  dirs: 'Prints the stack of directories.',
  disown: 'Takes a job out of the table, so that it outlives the shell.',
  echo: 'Prints its arguments.',
  enable: 'Switches builtins on and off.',
  eval: 'Executes its arguments as a command line.',
  exec: 'Puts a program in the place of the shell, or redirects for good.',
  exit: 'Ends the shell.',
  export: 'Passes variables on to the programs that are started.',
  false: 'Fails.',
  fc: 'Lists or edits lines entered before.',
  fg: 'Brings a job to the foreground.',
  getopts: 'Takes options from the arguments, one a call.',
  hash: 'Remembers where programs are.',
  help: 'Prints this.',
  history: 'Lists lines entered before.',
  jobs: 'Lists the jobs.',
  kill: 'Sends a signal to processes or jobs.',
  let: 'Evaluates arithmetic expressions.',
  local: 'Declares variables of a function.',
  logout: 'Ends a login shell.',
  mapfile: 'Reads lines into an array.',
  popd: 'Goes back to a directory of the stack.',
  printf: 'Prints arguments in a format.',
  pushd: 'Puts a directory on the stack and goes there.',
  pwd: 'Prints the working directory.',
  read: 'Reads a line into variables.',
  readarray: 'Reads lines into an array.',
  readonly: 'Makes variables unchangeable.',
  return: 'Leaves a function or a sourced file.',
  set: 'Sets options and positional parameters.',
  shift: 'Drops positional parameters.',
  shopt: 'Sets options of the shell.',
  source: 'Runs the commands of a file in this shell.',
  suspend: 'Stops the shell until it gets SIGCONT.',
  test: 'Evaluates a condition.',
  times: 'Prints the time used.',
  trap: 'Says what is done when a signal comes.',
  true: 'Succeeds.',
  type: 'Tells what a name would run.',
  typeset: 'Declares variables and their attributes.',
  ulimit: 'Shows and sets limits of processes.',
  umask: 'Shows and sets the mask of permissions of new files.',
  unalias: 'Removes aliases.',
  unset: 'Removes variables and functions.',
  wait: 'Waits for jobs to end.',
});

export const help: Builtin = (shell, call) => {
  const given = parseOptions(shell, call, 'dms');
  if (given === null) return 2;
  if (given.operands.length === 0) {
    shell.print('GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)\n');
    shell.print("These commands are part of the shell. `help name' tells more about one of them.\n\n");
    for (const name of Object.keys(synopses).sort()) shell.print(` ${synopses[name] ?? name}\n`);
    return 0;
  }
  let status = 0;
  for (const pattern of given.operands) {
    const names = Object.keys(synopses).filter((name) => name === pattern || matchesPattern(pattern, name));
    if (names.length === 0) {
      complain(
        shell,
        call,
        `no help topics match \`${pattern}'.  Try \`help help' or \`man -k ${pattern}' or \`info ${pattern}'.`,
      );
      status = 1;
    }
    for (const name of names) {
      if (given.has('d')) shell.print(`${name} - ${summaries[name] ?? ''}\n`);
      else if (given.has('s')) shell.print(`${name}: ${synopses[name] ?? ''}\n`);
      else shell.print(`${name}: ${synopses[name] ?? ''}\n    ${summaries[name] ?? ''}\n`);
    }
  }
  return status;
};

/** Variables of readline are taken; bindings of keys are not there to be changed. */
export const bind: Builtin = (shell, call) => {
  const given = parseOptions(shell, call, 'lvpVPsSXf:q:u:m:r:x:');
  if (given === null) return 2;
  if (given.has('l') || given.has('p') || given.has('P')) {
    for (const key of Object.keys(bindings)) shell.print(`${key}\n`);
    return 0;
  }
  for (const operand of given.operands) {
    if (/^\s*set\s/.test(operand)) continue;
    shell.complain(`bind: ${operand}: changing key bindings is not available`);
    return 1;
  }
  if (given.has('x') || given.has('r') || given.has('u') || given.has('f')) {
    shell.complain('bind: changing key bindings is not available');
    return 1;
  }
  return 0;
};
