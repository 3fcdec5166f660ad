/** set, shopt: the shell's options, and the positional parameters (bash(1)). */

import { alwaysSet } from '../state/dynamic';
import { isOption, optionLetters, optionOfLetter } from '../state/options';
import type { Shell } from '../state/shell';
import { type Builtin, type BuiltinCall, complain, parseOptions, usage } from './support';
import { settingLine } from './variable-text';

export const set: Builtin = (shell, call) => {
  const { args } = call;
  if (args.length === 0) return listVariables(shell);
  let at = 0;
  for (; at < args.length; at++) {
    const word = args[at] ?? '';
    if (word === '--') {
      shell.params = args.slice(at + 1);
      return 0;
    }
    if (word === '-') {
      shell.options.turn('xtrace', false);
      shell.options.turn('verbose', false);
      if (at + 1 < args.length) shell.params = args.slice(at + 1);
      return 0;
    }
    if (!/^[-+]./.test(word)) break;
    const on = word.startsWith('-');
    for (const letter of word.slice(1)) {
      if (letter === 'o') {
        const name = args[at + 1];
        if (name === undefined) {
          listOptions(shell, on);
          return 0;
        }
        at++;
        if (!isOption(name)) {
          complain(
            shell,
            call,
            shell.flavour === 'dash' ? `Illegal option -o ${name}` : `${name}: invalid option name`,
          );
          return 2;
        }
        shell.hooks.setOption(shell, name, on);
        continue;
      }
      const name = optionOfLetter(letter);
      if (name === undefined) {
        complain(shell, call, `${word.charAt(0)}${letter}: invalid option`);
        return usage(shell, call);
      }
      shell.hooks.setOption(shell, name, on);
    }
  }
  if (at < args.length) shell.params = args.slice(at);
  return 0;
};

function listVariables(shell: Shell): number {
  for (const name of shell.vars.names()) {
    const variable = alwaysSet.has(name) ? shell.vars.find(name) : shell.vars.peek(name);
    if (!variable) continue;
    if (shell.flavour === 'dash') {
      if (variable.text !== undefined) shell.print(`${name}='${variable.text.replaceAll("'", "'\"'\"'")}'\n`);
    } else shell.print(settingLine(variable));
  }
  if (shell.flavour === 'bash') {
    for (const definition of [...shell.functions.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
      shell.print(`${definition.name} ${shell.hooks.functionText(definition)}\n`);
    }
  }
  return 0;
}

function listOptions(shell: Shell, readable: boolean): void {
  for (const [name] of optionLetters) {
    const on = shell.options.has(name);
    if (readable) shell.print(`${name.padEnd(15)}\t${on ? 'on' : 'off'}\n`);
    else shell.print(`set ${on ? '-' : '+'}o ${name}\n`);
  }
}

export const shopt: Builtin = (shell, call) => {
  const given = parseOptions(shell, call, 'psuqo');
  if (given === null) return 2;
  if (given.has('s') && given.has('u')) {
    complain(shell, call, 'cannot set and unset shell options simultaneously');
    return 1;
  }
  if (given.has('o')) return shoptOptions(shell, call, given.operands, given);
  if (given.operands.length === 0) {
    if (given.has('q')) return 0;
    for (const [name, on] of shell.options.allShopts()) {
      if ((given.has('s') && !on) || (given.has('u') && on)) continue;
      shell.print(shoptLine(name, on, given.has('p')));
    }
    return 0;
  }
  let status = 0;
  for (const name of given.operands) {
    if (!shell.options.isShopt(name)) {
      complain(shell, call, `${name}: invalid shell option name`);
      status = 1;
    } else if (given.has('s') || given.has('u')) {
      if (!shell.options.isReadOnly(name)) shell.options.setShopt(name, given.has('s'));
    } else {
      const on = shell.options.shopts(name);
      if (!given.has('q')) shell.print(shoptLine(name, on, given.has('p')));
      if (!on) status = 1;
    }
  }
  return status;
};

function shoptLine(name: string, on: boolean, reusable: boolean): string {
  return reusable ? `shopt ${on ? '-s' : '-u'} ${name}\n` : `${name.padEnd(15)}\t${on ? 'on' : 'off'}\n`;
}

function shoptOptions(
  shell: Shell,
  call: BuiltinCall,
  operands: readonly string[],
  given: { has(letter: string): boolean },
): number {
  const names = operands.length > 0 ? operands : optionLetters.map(([name]) => name);
  let status = 0;
  for (const name of names) {
    const on = shell.options.has(name);
    if (!isOption(name)) {
      complain(shell, call, `${name}: invalid option name`);
      status = 1;
    } else if (operands.length > 0 && (given.has('s') || given.has('u')))
      shell.hooks.setOption(shell, name, given.has('s'));
    else {
      if ((given.has('s') && !on) || (given.has('u') && on)) continue;
      if (!given.has('q'))
        shell.print(given.has('p') ? `set ${on ? '-' : '+'}o ${name}\n` : `${name.padEnd(15)}\t${on ? 'on' : 'off'}\n`);
      if (!on && operands.length > 0) status = 1;
    }
  }
  return status;
}
