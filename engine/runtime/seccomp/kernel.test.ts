/** Compiled filters, loaded into a process on this kernel. */
import { describe, expect, it } from 'vitest';
import type { Step, Value } from '../../kernel';
import { LinuxSystem } from '../../kernel/linux';
import type { Seccomp } from '../config';
import { compileSeccomp, isMachine, loadSeccomp } from './index';

const system = new LinuxSystem();
const machine = process.arch;
const PR_SET_NO_NEW_PRIVS = 38;

/** Loads the filter, makes the calls, and gives what each returned: 0 or more, or the negative errno. */
async function tryCalls(profile: Seccomp, calls: ReadonlyArray<{ call: Step & { call: string } }>) {
  if (!isMachine(machine)) throw new Error(`no filter can be made for ${machine}`);
  const steps: Step[] = [
    { call: 'prctl', args: [PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0] },
    loadSeccomp(compileSeccomp(profile, machine)),
    ...calls.map(({ call }, index): Step => ({ ...call, as: `result ${index}`, except: 'any' })),
    ...calls.map((_, index): Step => ({ report: `result ${index}`, value: { ref: `result ${index}` } })),
    { exit: 0 },
  ];
  const run = system.run({ name: 'seccomp', steps });
  const results = Promise.all(calls.map((_, index) => run.report(`result ${index}`).catch(() => null)));
  await run.done.catch(() => undefined);
  return { results: await results, exit: await run.exit };
}

function isUnknown(): boolean {
  if (!isMachine(machine)) console.warn(`skipped: the numbers of system calls are not known for ${machine}`);
  return !isMachine(machine);
}

const call = (name: 'umask' | 'setsid' | 'getpid' | 'fchdir' | 'kill', ...args: Value[]) => ({
  call: { call: name, args },
});

describe.skipIf(isUnknown())('a filter', () => {
  const profile: Seccomp = {
    defaultAction: 'SCMP_ACT_ALLOW',
    flags: ['SECCOMP_FILTER_FLAG_LOG', 'SECCOMP_FILTER_FLAG_SPEC_ALLOW', 'SECCOMP_FILTER_FLAG_TSYNC'],
    syscalls: [
      { names: ['setsid'], action: 'SCMP_ACT_ERRNO', errnoRet: 77 },
      {
        names: ['umask'],
        action: 'SCMP_ACT_ERRNO',
        args: [{ index: 0, op: 'SCMP_CMP_MASKED_EQ', value: 0o700, valueTwo: 0o100 }],
      },
      { names: ['fchdir'], action: 'SCMP_ACT_ERRNO', args: [{ index: 0, op: 'SCMP_CMP_GT', value: 0xffffffffn }] },
    ],
  };

  it('gives errors for the calls it names, and for no others', async () => {
    const calls = [
      call('setsid'),
      call('umask', 0o127),
      call('umask', 0o227),
      call('fchdir', 1n << 32n),
      call('fchdir', 999),
    ];
    const { results, exit } = await tryCalls(profile, calls);
    const [EPERM, EBADF] = [1, 9];
    expect(results.slice(0, 2)).toEqual([-77, -EPERM]);
    expect(results[2]).toBeGreaterThanOrEqual(0);
    expect(results.slice(3)).toEqual([-EPERM, -EBADF]);
    expect(exit).toEqual({ exitCode: 0, signal: null });
  });

  it('kills for what it says is deadly', async () => {
    const deadly: Seccomp = {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['umask'], action: 'SCMP_ACT_KILL_PROCESS' }],
    };
    const SIGSYS = 31;
    expect((await tryCalls(deadly, [call('umask', 0)])).exit).toEqual({ exitCode: null, signal: SIGSYS });
  });

  it('may deny all that it does not name', async () => {
    const names = ['umask', 'write', 'exit', 'exit_group', 'close', 'read'];
    const strict: Seccomp = {
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrnoRet: 38,
      architectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
      syscalls: [{ names, action: 'SCMP_ACT_ALLOW' }],
    };
    const { results, exit } = await tryCalls(strict, [call('umask', 0o22), call('getpid'), call('setsid')]);
    expect(results[0]).toBeGreaterThanOrEqual(0);
    expect(results.slice(1)).toEqual([-38, -38]);
    expect(exit).toEqual({ exitCode: 0, signal: null });
  });
});
