/** The command line of sudo: options, then `VAR=value`, more options, the command. */
import { bare } from '../../../kernel/sim';
import { type OptionSpec, type ParsedOptions, parseOptions } from '../../lib/options';
import type { Variables } from './environment';

const specs: readonly OptionSpec[] = [
  { short: 'A', long: 'askpass' },
  { short: 'B', long: 'bell' },
  { short: 'b', long: 'background' },
  { short: 'C', long: 'close-from', value: 'required' },
  { short: 'D', long: 'chdir', value: 'required' },
  { short: 'E', as: 'preserve-env' },
  { long: 'preserve-env', value: 'optional' },
  { short: 'e', long: 'edit' },
  { short: 'g', long: 'group', value: 'required' },
  { short: 'H', long: 'set-home' },
  { long: 'help' },
  { long: 'host', value: 'required' },
  { short: 'h', value: 'optional', as: 'h' },
  { short: 'i', long: 'login' },
  { short: 'K', long: 'remove-timestamp' },
  { short: 'k', long: 'reset-timestamp' },
  { short: 'l', long: 'list' },
  { short: 'N', long: 'no-update' },
  { short: 'n', long: 'non-interactive' },
  { short: 'P', long: 'preserve-groups' },
  { short: 'p', long: 'prompt', value: 'required' },
  { short: 'R', long: 'chroot', value: 'required' },
  { short: 'r', long: 'role', value: 'required' },
  { short: 'S', long: 'stdin' },
  { short: 's', long: 'shell' },
  { short: 'T', long: 'command-timeout', value: 'required' },
  { short: 't', long: 'type', value: 'required' },
  { short: 'U', long: 'other-user', value: 'required' },
  { short: 'u', long: 'user', value: 'required' },
  { short: 'V', long: 'version' },
  { short: 'v', long: 'validate' },
];

export interface SudoArguments {
  options: ParsedOptions;
  variables: Variables;
  command: string[];
}

export function parseArguments(args: readonly string[]): SudoArguments {
  const variables: Variables = bare({});
  const given: ParsedOptions['given'] = [];
  let rest = [...args];
  for (;;) {
    const parsed = parseOptions(rest, specs, { stopAtOperand: true });
    given.push(...parsed.given);
    rest = parsed.operands;
    const ended = args[args.length - rest.length - 1] === '--';
    let found = false;
    for (let match = variable(rest[0]); match; match = variable(rest[0])) {
      variables[match[1] ?? ''] = match[2] ?? '';
      rest.shift();
      found = true;
    }
    if (!found || ended || !rest[0]?.startsWith('-')) break;
  }
  const values = (name: string) => given.filter((option) => option.name === name).flatMap(({ value }) => value ?? []);
  const options: ParsedOptions = {
    given,
    operands: rest,
    has: (name) => given.some((option) => option.name === name),
    value: (name) => values(name).at(-1) ?? null,
    values,
  };
  return { options, variables, command: rest };
}

function variable(text: string | undefined): RegExpExecArray | null {
  return /^([^=\s/]+)=(.*)$/s.exec(text ?? '');
}
