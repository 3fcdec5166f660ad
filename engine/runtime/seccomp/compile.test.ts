import { describe, expect, it } from 'vitest';
import { runFilter } from '../../kernel';
import type { Seccomp, SeccompArgument } from '../config';
import { ConfigError } from '../config';
import { compileProfile } from './compile';
import { meaning } from './testing/meaning';

const x86_64 = 0xc000003e;
const x86 = 0x40000003;
const allow = 0x7fff0000;
const errno = (number: number) => 0x50000 + number;
const calls = { read: 0, write: 1, openat: 257, clone: 56, personality: 135 } as const;

type Call = [number: number, args?: readonly bigint[], architecture?: number];

function answers(profile: Partial<Seccomp>, ...asked: Call[]): number[] {
  const program = compileProfile({ defaultAction: 'SCMP_ACT_ALLOW', ...profile }, 'x64');
  return asked.map(([number, args = [], architecture = x86_64]) => runFilter(program, { number, args, architecture }));
}

function deny(name: string, errnoRet?: number, ...args: SeccompArgument[]) {
  return { names: [name], action: 'SCMP_ACT_ERRNO' as const, args, ...(errnoRet === undefined ? {} : { errnoRet }) };
}

const condition = (index: number, op: string, value: bigint, valueTwo = 0n): SeccompArgument => {
  const known = (['NE', 'LT', 'LE', 'EQ', 'GE', 'GT', 'MASKED_EQ'] as const).find((name) => name === op);
  return { index, op: `SCMP_CMP_${known ?? 'EQ'}`, value, valueTwo };
};

const numbers = [
  0n,
  1n,
  5n,
  0xfffffffen,
  0xffffffffn,
  0x100000000n,
  0x100000001n,
  0x1_fffffffen,
  2n ** 63n,
  2n ** 64n - 1n,
];

describe('conditions', () => {
  it.each(Object.entries(meaning))('%s compares 64 bits', (op, holds) => {
    for (const value of numbers)
      for (const valueTwo of op === 'MASKED_EQ' ? numbers : [0n]) {
        const profile = { syscalls: [deny('read', 7, condition(5, op, value, valueTwo))] };
        const asked = numbers.map((argument): Call => [calls.read, [0n, 0n, 0n, 0n, 0n, argument]]);
        const wanted = numbers.map((argument) => (holds(argument, value, valueTwo) ? errno(7) : allow));
        expect(answers(profile, ...asked), `${op} ${value} ${valueTwo}`).toEqual(wanted);
      }
  });

  it('have to hold together, and one rule is enough', () => {
    const both = deny('read', 7, condition(0, 'GE', 2n), condition(1, 'LT', 0x100000000n));
    const profile = { syscalls: [both, deny('read', 7, condition(0, 'EQ', 0n))] };
    expect(answers(profile, [0, [2n, 1n]], [0, [2n, 0x100000000n]], [0, [1n, 1n]], [0, [0n, 2n ** 63n]])).toEqual([
      errno(7),
      allow,
      allow,
      errno(7),
    ]);
  });

  it('on one argument twice are two rules', () => {
    const profile = { syscalls: [deny('personality', 7, condition(0, 'EQ', 1n), condition(0, 'EQ', 2n))] };
    expect(answers(profile, [135, [1n]], [135, [2n]], [135, [3n]])).toEqual([errno(7), errno(7), allow]);
  });

  it('see 32 bits of a 32-bit call', () => {
    const profile: Partial<Seccomp> = {
      architectures: ['SCMP_ARCH_X86'],
      syscalls: [deny('read', 7, condition(0, 'EQ', 2n ** 64n - 1n))],
    };
    expect(answers(profile, [3, [0xffffffffn], x86], [0, [0xffffffffn]])).toEqual([errno(7), allow]);
  });
});

describe('rules', () => {
  it('without conditions outdo those with some, wherever they are', () => {
    const some = deny('read', 7, condition(0, 'EQ', 1n));
    expect(answers({ syscalls: [some, deny('read', 8)] }, [0, [1n]], [0])).toEqual([errno(8), errno(8)]);
    expect(answers({ syscalls: [deny('read', 8), some] }, [0, [1n]], [0])).toEqual([errno(8), errno(8)]);
  });

  it('count once, the first of them', () => {
    expect(answers({ syscalls: [deny('read', 7), deny('read', 8)] }, [0])).toEqual([errno(7)]);
  });

  it('that do what the default does are none', () => {
    const profile: Partial<Seccomp> = {
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrnoRet: 38,
      syscalls: [deny('read', 38), { names: ['read'], action: 'SCMP_ACT_ALLOW', args: [condition(0, 'EQ', 1n)] }],
    };
    expect(answers(profile, [0, [1n]], [0], [1])).toEqual([allow, errno(38), errno(38)]);
  });

  it('for names nobody knows are passed over', () => {
    expect(answers({ syscalls: [{ ...deny('frobnicate'), names: ['frobnicate', 'read'] }] }, [0], [1])).toEqual([
      errno(1),
      allow,
    ]);
  });

  it('have one answer for each action', () => {
    const actions = {
      SCMP_ACT_KILL: 0,
      SCMP_ACT_KILL_THREAD: 0,
      SCMP_ACT_KILL_PROCESS: 0x80000000,
      SCMP_ACT_TRAP: 0x30000,
      SCMP_ACT_ERRNO: 0x50001,
      SCMP_ACT_TRACE: 0x7ff00001,
      SCMP_ACT_LOG: 0x7ffc0000,
      SCMP_ACT_NOTIFY: 0x7fc00000,
    } as const;
    const names: (keyof typeof actions)[] = [
      'SCMP_ACT_KILL',
      'SCMP_ACT_KILL_THREAD',
      'SCMP_ACT_KILL_PROCESS',
      'SCMP_ACT_TRAP',
      'SCMP_ACT_ERRNO',
      'SCMP_ACT_TRACE',
      'SCMP_ACT_LOG',
      'SCMP_ACT_NOTIFY',
    ];
    for (const action of names)
      expect(answers({ syscalls: [{ names: ['read'], action }] }, [0], [1])).toEqual([actions[action], allow]);
  });
});

describe('architectures', () => {
  it('that are not asked for are killed, the machine’s own is always there', () => {
    expect(answers({}, [0], [0, [], x86], [0, [], 0xc00000b7], [0x40000000])).toEqual([allow, 0, 0, 0]);
  });

  it('have numbers of their own', () => {
    const profile: Partial<Seccomp> = {
      architectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_X32', 'SCMP_ARCH_AARCH64'],
      syscalls: [deny('ioctl', 7), deny('waitpid', 8)],
    };
    const x32 = 0x40000000;
    expect(answers(profile, [16], [54, [], x86], [x32 + 514], [x32 + 16], [7, [], x86], [7])).toEqual([
      errno(7),
      errno(7),
      errno(7),
      allow,
      errno(8),
      allow,
    ]);
  });

  it('may have calls that are parts of another', () => {
    const profile: Partial<Seccomp> = {
      architectures: ['SCMP_ARCH_X86'],
      syscalls: [deny('socket', 7), deny('semop', 8)],
    };
    const [socketcall, ipc] = [102, 117];
    const asked: Call[] = [
      [socketcall, [1n], x86],
      [socketcall, [2n], x86],
      [359, [], x86],
      [ipc, [0x10001n], x86],
      [ipc, [2n], x86],
    ];
    expect(answers(profile, ...asked)).toEqual([errno(7), allow, errno(7), errno(8), allow]);
  });

  it('of an arm64 machine are arm64’s; its 32-bit one is refused', () => {
    const profile: Seccomp = { defaultAction: 'SCMP_ACT_ALLOW', syscalls: [deny('openat', 7), deny('open', 7)] };
    const program = compileProfile(profile, 'arm64');
    const ask = (number: number, architecture: number) => runFilter(program, { number, architecture, args: [] });
    expect([ask(56, 0xc00000b7), ask(2, 0xc00000b7), ask(257, x86_64)]).toEqual([errno(7), allow, 0]);
    expect(() => compileProfile({ ...profile, architectures: ['SCMP_ARCH_ARM'] }, 'arm64')).toThrow(ConfigError);
  });
});

describe('a program', () => {
  it('that is longer than the kernel takes is refused', () => {
    const syscalls = Array.from({ length: 2000 }, (_, at) => deny('read', 7, condition(0, 'EQ', BigInt(at) << 20n)));
    expect(() => compileProfile({ defaultAction: 'SCMP_ACT_ALLOW', syscalls }, 'x64')).toThrow(
      /^config\.json: linux\.seccomp\.syscalls: makes a program of \d+ instructions; the kernel takes 4096$/,
    );
  });

  it('jumps as far as it has to', () => {
    const syscalls = ['read', 'write', 'openat'].flatMap((name) =>
      Array.from({ length: 150 }, (_, at) => deny(name, 7, condition(0, 'EQ', (BigInt(at) << 32n) + 1n))),
    );
    const asked = Object.entries(calls).map(([, number]): Call => [number, [(149n << 32n) + 1n]]);
    expect(answers({ syscalls }, ...asked)).toEqual([errno(7), errno(7), errno(7), allow, allow]);
  });
});
