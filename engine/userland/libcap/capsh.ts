/** capsh(1): shows and changes the capabilities of a process, then runs a shell with them. Arguments are done in order. */
import {
  allCapabilities,
  type Blocking,
  type Capability,
  capabilityBit,
  isSysError,
  type Program,
  type Sys,
  strerror,
} from '../../kernel/sim';
import { execByName } from '../lib/exec';
import { writeAll } from '../lib/io';
import { Accounts } from '../lib/users';
import { explain, suggest } from './capsh-explain';
import { printState, type ShellState } from './capsh-print';
import { capshUsage } from './capsh-usage';
import { bit, fromText, iabFromText, iabText, namesIn, numberOf, toText } from './sets';

/** Ends capsh with a status. */
class Done extends Error {
  constructor(readonly status: number) {
    super(`exit ${status}`);
  }
}

export const capsh: Program = function* (sys, argv, env) {
  const session = new Session(sys, argv[0] ?? 'capsh', env, yield* Accounts.load(sys));
  try {
    return yield* session.run(argv.slice(1));
  } catch (error) {
    if (error instanceof Done) return error.status;
    throw error;
  }
};

class Session {
  readonly #state: ShellState = { keepCaps: false, noNewPrivs: false };
  #shell = '/bin/bash';
  #env: Record<string, string>;

  constructor(
    private readonly sys: Sys,
    private readonly name: string,
    env: Readonly<Record<string, string>>,
    private readonly accounts: Accounts,
  ) {
    this.#env = { ...env };
  }

  *run(args: readonly string[]): Blocking<number> {
    for (const [at, arg] of args.entries()) {
      if (arg === '--' || arg === '-+') return yield* this.#exec([this.#shell, ...args.slice(at + 1)]);
      if (arg === '==' || arg === '=+') return yield* this.#exec([this.name, ...args.slice(at + 1)]);
      const equals = arg.indexOf('=');
      const option = equals < 0 ? arg : arg.slice(0, equals);
      if (equals < 0) yield* this.#flag(option);
      else yield* this.#setting(option, arg.slice(equals + 1), arg);
    }
    return 0;
  }

  *#exec(argv: readonly string[]): Blocking<number> {
    yield* execByName(this.sys, argv, this.#env);
    return yield* this.#fail(`execve '${argv[0]}' failed!`);
  }

  *#fail(text: string, status = 1): Blocking<never> {
    yield* writeAll(this.sys, 2, `${text}\n`);
    throw new Done(status);
  }

  *#say(text: string): Blocking<void> {
    yield* writeAll(this.sys, 1, `${text}\n`);
  }

  *#misuse(status: number): Blocking<never> {
    yield* writeAll(this.sys, 1, capshUsage(this.name));
    throw new Done(status);
  }

  *#flag(option: string): Blocking<void> {
    const { sys } = this;
    switch (option) {
      case '--print':
        return yield* writeAll(sys, 1, printState(sys, this.accounts, this.#state));
      case '--current':
        yield* this.#say(`Current: ${toText(sys.capget())}`);
        return yield* this.#say(`Current IAB: ${iabText(currentIab(sys))}`);
      case '--mode':
        return yield* this.#say(`Mode: ${this.#state.keepCaps ? 'UNCERTAIN' : 'HYBRID'}`);
      case '--modes':
        return yield* this.#say('Supported modes: HYBRID');
      case '--noamb':
        return sys.clearAmbient();
      case '--no-new-privs':
        sys.setNoNewPrivs();
        this.#state.noNewPrivs = true;
        return;
      case '--has-no-new-privs':
        return this.#state.noNewPrivs ? undefined : yield* this.#fail('no-new-privs not set');
      case '--has-ambient':
      case '--quiet':
      case '--noenv':
      case '--strict':
        return;
      case '--help':
      case '-h':
        return yield* this.#misuse(0);
      default:
        return yield* this.#misuse(1);
    }
  }

  *#setting(option: string, value: string, arg: string): Blocking<void> {
    switch (option) {
      case '--drop':
        return yield* this.#drop(value);
      case '--caps':
        return yield* this.#caps(value, arg);
      case '--inh':
        return yield* this.#inherit(value);
      case '--iab':
        return yield* this.#iab(value);
      case '--addamb':
        return yield* this.#ambient(value, true);
      case '--delamb':
        return yield* this.#ambient(value, false);
      case '--uid':
      case '--cap-uid':
        return yield* this.#uid(value);
      case '--gid':
        return yield* this.#gid(value);
      case '--groups':
        return yield* this.#groups(value);
      case '--user':
        return yield* this.#user(value);
      case '--keep':
        return yield* this.#keep(value);
      case '--chroot':
        return yield* this.#chroot(value);
      case '--shell':
        this.#shell = value;
        return;
      case '--decode':
        return yield* this.#decode(value);
      case '--secbits':
      case '--mode':
        return yield* this.#fail(`securebits cannot be changed on this kernel [${arg}]`);
      default:
        return yield* this.#question(option, value);
    }
  }

  /** What only asks. */
  *#question(option: string, value: string): Blocking<void> {
    const { sys } = this;
    switch (option) {
      case '--supports':
        if (numberOf(value) === null) yield* this.#fail(`cap[${value}] not recognized by library`);
        return;
      case '--explain':
        if (!(yield* explain(sys, value))) yield* this.#fail(`unrecognised value '${value}'`);
        return;
      case '--suggest':
        return yield* suggest(sys, value);
      case '--inmode':
        if (value !== 'HYBRID') yield* this.#fail(`mismatched mode got=HYBRID want=${value}`);
        return;
      case '--is-uid':
        if (sys.getuid() !== Number(value)) yield* this.#fail(`uid: got=${sys.getuid()}, want=${Number(value)}`);
        return;
      case '--is-gid':
        if (sys.getgid() !== Number(value)) yield* this.#fail(`gid: got=${sys.getgid()}, want=${Number(value)}`);
        return;
      case '--has-p':
        return yield* this.#has(value, sys.capget().permitted, 'not permitted');
      case '--has-i':
        return yield* this.#has(value, sys.capget().inheritable, 'not inheritable');
      case '--has-a':
        return yield* this.#has(value, sys.capAmbient(), 'not in ambient vector');
      case '--has-b':
        return yield* this.#has(value, sys.capbset(), 'not in bounding vector');
      default:
        return yield* this.#misuse(1);
    }
  }

  *#has(value: string, mask: bigint, complaint: string): Blocking<void> {
    const number = numberOf(value);
    if (number === null) return yield* this.#fail(`cap[${value}] not recognized by library`);
    if (!(mask & bit(number))) yield* this.#fail(`cap[${value}] ${complaint}`);
  }

  /** Makes a capability effective that is permitted; the answer puts things back. */
  *#raise(capability: Capability, complaint: string): Blocking<() => void> {
    const { sys } = this;
    const before = sys.capget();
    try {
      sys.capset({ ...before, effective: before.effective | capabilityBit(capability) });
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.#fail(`${complaint}: ${strerror(error.errno)}`);
    }
    return () => {
      const now = sys.capget();
      sys.capset({ ...now, effective: before.effective & now.permitted });
    };
  }

  *#names(value: string): Blocking<number[]> {
    if (value === 'all') return Array.from({ length: namesIn(allCapabilities).split(',').length }, (_, at) => at);
    const numbers: number[] = [];
    for (const name of value.split(',').filter((one) => one !== '')) {
      const number = numberOf(name);
      if (number === null) yield* this.#fail(`capability [${name}] is unknown to libcap`);
      else numbers.push(number);
    }
    return numbers;
  }

  *#drop(value: string): Blocking<void> {
    const numbers = yield* this.#names(value);
    const restore = yield* this.#raise('setpcap', 'unable to raise CAP_SETPCAP for BSET changes');
    for (const number of numbers) this.sys.capbsetDrop(number);
    restore();
  }

  *#caps(value: string, arg: string): Blocking<void> {
    const sets = fromText(value);
    if (!sets) return yield* this.#fail(`unable to interpret [${arg}]`);
    try {
      this.sys.capset(sets);
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.#fail(`Unable to set capabilities [${arg}]`);
    }
  }

  *#inherit(value: string): Blocking<void> {
    const sets = value === '' ? fromText('=') : fromText(`${value}=i`);
    if (!sets) return yield* this.#fail('Fatal error internalizing capabilities: Invalid argument');
    try {
      this.sys.capset({ ...this.sys.capget(), inheritable: sets.inheritable });
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.#fail('Unable to set inheritable capabilities');
    }
  }

  *#iab(value: string): Blocking<void> {
    const { sys } = this;
    const iab = iabFromText(value);
    if (!iab) return yield* this.#fail(`iab: ${value} malformed`);
    try {
      const before = sys.capget();
      const able = before.effective | capabilityBit('setpcap');
      sys.capset({ ...before, effective: able, inheritable: iab.inheritable });
      sys.clearAmbient();
      for (let number = 0; number < 64; number++) {
        if (iab.blocked & bit(number)) sys.capbsetDrop(number);
        if (iab.ambient & bit(number)) sys.setAmbient(number, true);
      }
      sys.capset({ ...sys.capget(), effective: before.effective });
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.#fail(`unable to set IAB tuple: ${strerror(error.errno)}`);
    }
  }

  *#ambient(value: string, on: boolean): Blocking<void> {
    for (const number of yield* this.#names(value)) {
      try {
        this.sys.setAmbient(number, on);
      } catch (error) {
        if (!isSysError(error)) throw error;
        yield* this.#fail(`failed to ${on ? 'raise' : 'lower'} ambient [${value}=${number}]`);
      }
    }
  }

  *#number(option: string, value: string): Blocking<number> {
    if (/^\d+$/.test(value)) return Number(value);
    return yield* this.#fail(`invalid ${option} value: want non-negative integer, got "${value}"`);
  }

  *#try(work: () => void, complaint: string): Blocking<void> {
    try {
      work();
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.#fail(`${complaint}: ${strerror(error.errno)}`);
    }
  }

  *#uid(value: string): Blocking<void> {
    const uid = yield* this.#number('--uid', value);
    yield* this.#try(() => this.sys.setuid(uid), `Failed to set uid=${uid}`);
  }

  *#gid(value: string): Blocking<void> {
    const gid = yield* this.#number('--gid', value);
    yield* this.#try(() => this.sys.setgid(gid), `Failed to set gid=${gid}`);
  }

  *#groups(value: string): Blocking<void> {
    const gids: number[] = [];
    for (const name of value.split(',').filter((one) => one !== '')) {
      const gid = /^\d+$/.test(name) ? Number(name) : this.accounts.group(name)?.gid;
      if (gid === undefined) yield* this.#fail(`Failed to identify gid for group [${name}]`);
      else gids.push(gid);
    }
    yield* this.#try(() => this.sys.setgroups(gids), `Failed to setgroups`);
  }

  *#user(value: string): Blocking<void> {
    const user = this.accounts.user(value);
    if (!user) return yield* this.#fail(`User [${value}] not known`);
    const { sys } = this;
    this.#env = { ...this.#env, HOME: user.home, USER: user.name };
    yield* this.#try(
      () => sys.setgroups(this.accounts.groupsOf(user.name, user.gid)),
      'Unable to set group list for user',
    );
    yield* this.#try(() => sys.setgid(user.gid), 'Unable to set group id for user');
    yield* this.#try(() => sys.setuid(user.uid), 'Failed to set user');
  }

  *#keep(value: string): Blocking<void> {
    if (value !== '0' && value !== '1') {
      yield* this.#fail(`prctl(PR_SET_KEEPCAPS, ${value}) failed: Invalid argument`);
    }
    this.sys.setKeepCaps(value === '1');
    this.#state.keepCaps = value === '1';
  }

  *#chroot(value: string): Blocking<void> {
    const restore = yield* this.#raise('sys_chroot', 'unable to raise CAP_SYS_CHROOT');
    try {
      this.sys.chroot(value);
      this.sys.chdir('/');
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* writeAll(this.sys, 2, `Unable to chroot/chdir to [${value}]`);
      throw new Done(1);
    }
    restore();
  }

  *#decode(value: string): Blocking<void> {
    const digits = /^(?:0x)?([0-9a-f]*)/i.exec(value)?.[1] ?? '';
    const mask = BigInt(`0x${digits === '' ? '0' : digits}`) & 0xffffffffffffffffn;
    yield* this.#say(`0x${mask.toString(16).padStart(16, '0')}=${namesIn(mask)}`);
  }
}

export function currentIab(sys: Sys) {
  return {
    inheritable: sys.capget().inheritable,
    ambient: sys.capAmbient(),
    blocked: allCapabilities & ~sys.capbset(),
  };
}
