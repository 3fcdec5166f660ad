/** The same answers as libseccomp's program gives, for many profiles and calls; and fewer instructions. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type BpfInstruction, decodeBpf, runFilter, type SystemCall } from '../../kernel';
import { type Seccomp, type SeccompArgument, writeJson } from '../config';
import { SeccompSchema } from '../config/schema/seccomp';
import { architecturesOf, x32Bit } from './architectures';
import { compileProfile } from './compile';
import { meaning } from './testing/meaning';
import { verdictsFor } from './verdicts';

const python = '/usr/bin/python3';
const script = new URL('./testing/libseccomp.py', import.meta.url).pathname;

function cannotAsk(): boolean {
  const hasModule = () => spawnSync(python, ['-c', 'import seccomp']).status === 0;
  const why = process.arch !== 'x64' ? 'libseccomp is asked on x86-64 only' : `${python} has no module seccomp`;
  const isMissing = process.arch !== 'x64' || !hasModule();
  if (isMissing) console.warn(`skipped: ${why} (Debian: python3-seccomp)`);
  return isMissing;
}

function libseccomp(profiles: readonly Seccomp[]): BpfInstruction[][] {
  const input = profiles.map((profile) => writeJson(profile).replaceAll(/[\n\t]/g, '')).join('\n');
  const output = execFileSync(python, [script], { input, encoding: 'utf8', maxBuffer: 1 << 26, timeout: 20_000 });
  return output
    .trimEnd()
    .split('\n')
    .map((line) => decodeBpf(Buffer.from(line, 'hex')));
}

/** Numbers that are always the same (mulberry32). */
function generator(seed: number) {
  let state = seed;
  const below = (limit: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
  const pick = <T>(list: readonly T[]): T => {
    const chosen = list[below(list.length)];
    if (chosen === undefined) throw new Error('an empty list');
    return chosen;
  };
  return { below, pick };
}
type Generator = ReturnType<typeof generator>;

const names = (
  'read write openat close clone clone3 personality ioctl prctl mmap execve execveat kill ptrace socket sendto accept ' +
  'accept4 recvmmsg shmget shmat msgctl semget uselib clock_gettime64 _llseek waitpid fchmodat readv pwritev2 futex ' +
  'set_thread_area arch_prctl stat fstat64 pidfd_open landlock_create_ruleset memfd_secret'
).split(' ');
const operators = ['NE', 'LT', 'LE', 'EQ', 'GE', 'GT', 'MASKED_EQ'] as const;
const values = [
  0n,
  1n,
  2n,
  0x7fffffffn,
  0x80000000n,
  0xffffffffn,
  0x100000000n,
  0x100000001n,
  0x7e020000n,
  2n ** 64n - 1n,
];
const actions = ['KILL', 'KILL_PROCESS', 'TRAP', 'ERRNO', 'TRACE', 'ALLOW', 'LOG', 'NOTIFY'] as const;

function randomProfile({ below, pick }: Generator): Seccomp {
  const condition = (index: number) => ({
    index,
    op: `SCMP_CMP_${pick(operators)}` as const,
    value: pick(values),
    valueTwo: pick(values),
  });
  // Which of two rules counts whose conditions merely overlap nobody promises: a call has one action in a profile. And
  // libseccomp 2.5.4 mixes up rules of one call that compare for more than equality: it gets one such rule a call, and
  // what is still different is compared with what the rules mean.
  const shift = below(actions.length);
  const ruleOf = (at: number) => {
    const count = (at + shift) % 3;
    const first = below(4);
    return {
      names: [names[at] ?? 'read'],
      action: `SCMP_ACT_${actions[(at + shift) % actions.length] ?? 'ALLOW'}` as const,
      args: Array.from({ length: count }, (_, index) => condition(first + index)),
    };
  };
  const syscalls = Array.from({ length: below(60) }, () => ruleOf(below(names.length))).filter(
    ({ args, names: [name] }, index, all) =>
      args.every(({ op }) => op === 'SCMP_CMP_EQ' && args.length < 2) ||
      all.findIndex((other) => other.names[0] === name) === index,
  );
  const architectures = (['SCMP_ARCH_X86', 'SCMP_ARCH_X32'] as const).filter(() => below(2) === 1);
  return {
    defaultAction: pick(['SCMP_ACT_ALLOW', 'SCMP_ACT_ERRNO', 'SCMP_ACT_KILL_PROCESS']),
    architectures,
    syscalls,
  };
}

const x86 = 0x40000003;
const x86_64 = 0xc000003e;

function randomCall({ below, pick }: Generator): SystemCall {
  const architecture = pick([x86_64, x86_64, x86, 0xc00000b7]);
  const number = below(480) + (architecture === x86_64 && below(3) === 0 ? 0x40000000 + 8 * below(12) : 0);
  const wide = () => BigInt.asUintN(64, pick(values) + BigInt(below(3) - 1));
  // The kernel gives the arguments of a 32-bit call as numbers without a sign.
  const args = Array.from({ length: 6 }, () => (architecture === x86 ? wide() & 0xffffffffn : wide()));
  return { number, architecture, args };
}

/** What the rules say when their conditions are just compared. */
function meant(profile: Seccomp, { number, architecture, args }: SystemCall): number | undefined {
  const one = architecturesOf('x64').find(
    ({ name, audit }) =>
      audit === architecture && (name === 'SCMP_ARCH_X32') === (audit === x86_64 && number >= x32Bit),
  );
  const verdict = one && verdictsFor(one, profile).get(number);
  const narrow = (value: bigint) => (one?.isNarrow ? BigInt.asUintN(32, value) : value);
  const holds = ({ index, op, value, valueTwo = 0 }: SeccompArgument) =>
    meaning[op.slice('SCMP_CMP_'.length)]?.(narrow(args[index] ?? 0n), narrow(BigInt(value)), narrow(BigInt(valueTwo)));
  return verdict?.cases.find(({ conditions }) => conditions.every(holds))?.answer ?? verdict?.otherwise;
}

/** podman's default profile, for a container without capabilities. */
function podmanProfile(): Seccomp {
  const document = z
    .object({ syscalls: z.array(z.looseObject({ includes: z.object({ caps: z.array(z.string()).optional() }) })) })
    .and(z.looseObject({}))
    .parse(JSON.parse(readFileSync('/usr/share/containers/seccomp.json', 'utf8')));
  const syscalls = document.syscalls
    .filter(({ includes }) => includes.caps === undefined)
    .map(({ errnoRet, action, ...rule }) => ({
      ...rule,
      action,
      ...(action === 'SCMP_ACT_ERRNO' ? { errnoRet } : {}),
    }));
  return SeccompSchema.parse({ ...document, architectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_X32'], syscalls });
}

describe.skipIf(cannotAsk())('a compiled profile beside libseccomp', () => {
  it('answers the same, or what the rules mean where that is wrong', () => {
    const random = generator(1);
    const profiles = Array.from({ length: 40 }, () => randomProfile(random));
    const theirs = libseccomp(profiles);
    let [asked, differences] = [0, 0];
    for (const [index, profile] of profiles.entries()) {
      const ours = compileProfile(profile, 'x64');
      for (let count = 0; count < 700; count++) {
        const call = randomCall(random);
        const [answer, wanted] = [runFilter(ours, call), runFilter(theirs[index] ?? [], call)];
        asked++;
        if (answer === wanted) continue;
        differences++;
        expect(answer, writeJson({ profile, call: { ...call, args: call.args.map(String) } })).toBe(
          meant(profile, call),
        );
      }
    }
    expect(differences).toBeLessThan(asked / 500);
  });

  it.skipIf(!existsSync('/usr/share/containers/seccomp.json'))('is shorter, and quicker through', () => {
    const profile = podmanProfile();
    const ours = compileProfile(profile, 'x64');
    const [theirs = []] = libseccomp([profile]);
    expect(ours.length).toBeLessThan(theirs.length / 2);
    for (let number = 0; number < 480; number++)
      for (const architecture of [x86, x86_64]) {
        const call = { number, architecture, args: [0n, 0n, 0n, 0n, 0n, 0n] };
        expect(runFilter(ours, call), `call ${number}`).toBe(runFilter(theirs, call));
      }
  });
});
