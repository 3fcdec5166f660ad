/** let, alias, unalias, getopts, umask, times, caller, enable, suspend. */
import { signalNumbers } from '../../../kernel/sim';
import { calculate } from '../expand/access';
import { singleQuote } from '../expand/quote';
import { messageOf } from '../interp/errors';
import type { Shell } from '../state/shell';
import { type Builtin, complain, integerOf, parseOptions, usage } from './support';

export const letNumbers: Builtin = (shell, call) => {
  if (call.args.length === 0) {
    complain(shell, call, 'expression expected');
    return 1;
  }
  let value = 0n;
  for (const text of call.args[0] === '--' ? call.args.slice(1) : call.args) {
    try {
      value = calculate(shell, text, 'let: ');
    } catch (error) {
      shell.complain(messageOf(error));
      return 1;
    }
  }
  return value === 0n ? 1 : 0;
};

export const alias: Builtin = (shell, call) => {
  const args = call.args.filter((arg) => arg !== '-p' && arg !== '--');
  const line = (name: string) => {
    const text = singleQuote(shell.aliases.get(name) ?? '');
    return shell.flavour === 'dash' ? `${name}=${text}\n` : `alias ${name}=${text}\n`;
  };
  if (args.length === 0) for (const name of [...shell.aliases.keys()].sort()) shell.print(line(name));
  let status = 0;
  for (const arg of args) {
    const at = arg.indexOf('=');
    if (at > 0) {
      const name = arg.slice(0, at);
      if (/[\s/$`'"\\|&;()<>]/.test(name)) {
        complain(shell, call, `\`${name}': invalid alias name`);
        status = 1;
      } else shell.aliases.set(name, arg.slice(at + 1));
    } else if (shell.aliases.has(arg)) shell.print(line(arg));
    else {
      complain(shell, call, `${arg}: not found`);
      status = 1;
    }
  }
  return status;
};

export const unalias: Builtin = (shell, call) => {
  const given = parseOptions(shell, call, 'a');
  if (given === null) return 2;
  if (given.has('a')) shell.aliases.clear();
  else if (given.operands.length === 0) return usage(shell, call);
  let status = 0;
  for (const name of given.operands) {
    if (shell.aliases.delete(name)) continue;
    complain(shell, call, `${name}: not found`);
    status = 1;
  }
  return status;
};

export const getopts: Builtin = (shell, call) => {
  const [specification, name, ...given] = call.args[0] === '--' ? call.args.slice(1) : call.args;
  if (specification === undefined || name === undefined) return usage(shell, call);
  const args = given.length > 0 ? given : shell.params;
  const isSilent = specification.startsWith(':');
  const letters = isSilent ? specification.slice(1) : specification;
  const number = Number(shell.vars.get('OPTIND') ?? 1) || 1;
  const state = shell.optionIndex;
  if (state.word !== number) shell.optionIndex = { word: number, letter: 0 };
  const place = shell.optionIndex;
  const word = args[place.word - 1] ?? '';
  const finish = (): number => {
    shell.vars.set(name, '?');
    shell.vars.set('OPTIND', String(place.word));
    return 1;
  };
  if (place.letter === 0) {
    if (word === '--') {
      place.word++;
      return finish();
    }
    if (!/^-./.test(word)) return finish();
    place.letter = 1;
  }
  const letter = word.charAt(place.letter++);
  const isLast = place.letter >= word.length;
  const found = letter === ':' ? -1 : letters.indexOf(letter);
  const next = () => {
    if (isLast) {
      place.word++;
      place.letter = 0;
    }
  };
  shell.vars.set('OPTARG', '');
  if (found < 0) {
    next();
    shell.vars.set(name, '?');
    if (isSilent) shell.vars.set('OPTARG', letter);
    else {
      shell.vars.unset('OPTARG');
      if (shell.vars.get('OPTERR') !== '0')
        shell.printError(
          shell.flavour === 'dash'
            ? `Illegal option -${letter}\n`
            : `${optionOwner(shell)}: illegal option -- ${letter}\n`,
        );
    }
  } else if (letters[found + 1] === ':') {
    const value = isLast ? args[place.word] : word.slice(place.letter);
    place.word += isLast ? 2 : 1;
    place.letter = 0;
    if (value === undefined) {
      place.word = args.length + 1;
      shell.vars.set(name, isSilent ? ':' : '?');
      if (isSilent) shell.vars.set('OPTARG', letter);
      else {
        shell.vars.unset('OPTARG');
        if (shell.vars.get('OPTERR') !== '0')
          shell.printError(`${optionOwner(shell)}: option requires an argument -- ${letter}\n`);
      }
    } else {
      shell.vars.set(name, letter);
      shell.vars.set('OPTARG', value);
    }
  } else {
    next();
    shell.vars.set(name, letter);
    shell.vars.unset('OPTARG');
  }
  const kept = { ...place };
  shell.vars.set('OPTIND', String(place.word));
  shell.optionIndex = kept;
  return 0;
};

function optionOwner(shell: Shell): string {
  return shell.isInteractive ? shell.name : shell.arg0;
}

export const umask: Builtin = (shell, call) => {
  const given = parseOptions(shell, call, 'pS');
  if (given === null) return 2;
  const current = shell.sys.umask(0);
  shell.sys.umask(current);
  const [operand] = given.operands;
  if (operand === undefined) {
    const text = given.has('S') ? symbolic(current) : current.toString(8).padStart(4, '0');
    shell.print(given.has('p') ? `umask ${given.has('S') ? '-S ' : ''}${text}\n` : `${text}\n`);
    return 0;
  }
  if (/^\d+$/.test(operand)) {
    if (!/^[0-7]+$/.test(operand) || Number.parseInt(operand, 8) > 0o777) {
      complain(shell, call, `${operand}: octal number out of range`);
      return 1;
    }
    shell.sys.umask(Number.parseInt(operand, 8));
    return 0;
  }
  const mask = symbolicMask(current, operand);
  if (mask === null) {
    const bad = /[^ugoarwxXst+=,-]/.exec(operand)?.[0] ?? operand;
    complain(shell, call, `\`${bad}': invalid symbolic mode ${/[-+=]/.test(operand) ? 'character' : 'operator'}`);
    return 1;
  }
  shell.sys.umask(mask);
  if (given.has('S')) shell.print(`${symbolic(mask)}\n`);
  return 0;
};

function symbolic(mask: number): string {
  const allowed = ~mask & 0o777;
  const of = (shift: number) => ['r', 'w', 'x'].filter((_, i) => (allowed >> shift) & (4 >> i)).join('');
  return `u=${of(6)},g=${of(3)},o=${of(0)}`;
}

function symbolicMask(current: number, text: string): number | null {
  let allowed = ~current & 0o777;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)([-+=])([rwxXst]*)$/.exec(clause);
    if (!match) return null;
    const [, who = '', operator, permissions = ''] = match;
    const bits =
      (permissions.includes('r') ? 4 : 0) | (permissions.includes('w') ? 2 : 0) | (/[xX]/.test(permissions) ? 1 : 0);
    const shifts = (who === '' || who.includes('a') ? 'ugo' : who)
      .split('')
      .map((letter) => ({ u: 6, g: 3, o: 0 })[letter] ?? 0);
    for (const shift of shifts) {
      if (operator === '=') allowed &= ~(7 << shift);
      if (operator === '-') allowed &= ~(bits << shift);
      else allowed |= bits << shift;
    }
  }
  return ~allowed & 0o777;
}

export const times: Builtin = (shell) => {
  const { self, children } = shell.sys.times();
  const text = (all: number) => `${minutes(all * 0.75)} ${minutes(all * 0.25)}\n`;
  shell.print(text(self) + text(children));
  return 0;
};

function minutes(nanoseconds: number): string {
  const seconds = nanoseconds / 1e9;
  const whole = Math.floor(seconds / 60);
  return `${whole}m${(seconds - whole * 60).toFixed(3)}s`;
}

export const caller: Builtin = (shell, call) => {
  const [operand] = call.args;
  if (shell.frames.length === 0) return 1;
  const frames = [...shell.frames].reverse();
  if (operand === undefined) {
    const [top, next] = frames;
    if (!top) return 1;
    shell.print(`${top.callLine} ${next?.file ?? 'NULL'}\n`);
    return 0;
  }
  const level = integerOf(operand);
  if (level === null) {
    complain(shell, call, `${operand}: invalid number`);
    return usage(shell, call);
  }
  const frame = frames[level];
  const outer = frames[level + 1];
  if (!frame || !outer) return 1;
  shell.print(`${frame.callLine} ${outer.name} ${outer.file}\n`);
  return 0;
};

export const enable: Builtin = (shell, call) => {
  const given = parseOptions(shell, call, 'adnpsf:');
  if (given === null) return 2;
  if (given.has('f') || given.has('d')) {
    complain(shell, call, 'dynamic loading not available');
    return 1;
  }
  if (given.operands.length === 0) {
    for (const name of shell.hooks.builtinNames()) {
      const isDisabled = shell.disabledBuiltins.has(name);
      if (given.has('a') || isDisabled === given.has('n')) shell.print(`enable ${isDisabled ? '-n ' : ''}${name}\n`);
    }
    return 0;
  }
  let status = 0;
  for (const name of given.operands) {
    if (!shell.hooks.isBuiltin(shell, name)) {
      complain(shell, call, `${name}: not a shell builtin`);
      status = 1;
    } else if (given.has('n')) shell.disabledBuiltins.add(name);
    else shell.disabledBuiltins.delete(name);
  }
  return status;
};

export const suspend: Builtin = (shell, call) => {
  const given = parseOptions(shell, call, 'f');
  if (given === null) return 2;
  if (!shell.controlsJobs) {
    complain(shell, call, 'cannot suspend: no job control');
    return 1;
  }
  if (shell.isLogin && !given.has('f')) {
    complain(shell, call, 'cannot suspend a login shell');
    return 1;
  }
  shell.sys.kill(shell.sys.getpid(), signalNumbers.SIGSTOP);
  return 0;
};
