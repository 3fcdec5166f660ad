/** The architectures a filter is made for: numbers of calls, and what is special to one of them (syscall(2)). */
import type { SeccompArchitecture, SeccompArgument } from '../config';
import { arm64Calls } from './arm64-calls';
import { x86_64Calls } from './x86-64-calls';
import { x86Calls } from './x86-calls';

/** A call as the kernel sees it. */
export interface Entry {
  number: number;
  /** Where several calls share a number: what tells this one from the others. It takes the place of the argument. */
  which?: SeccompArgument;
}

export interface Architecture {
  name: SeccompArchitecture;
  /** AUDIT_ARCH_...; x32 has that of x86-64. */
  audit: number;
  /** Arguments have 32 bits: only the lower half is compared. */
  isNarrow: boolean;
  /** None for a name it does not have. */
  entriesOf(name: string): Entry[];
}

/** What the kernel of such a machine runs; the native one is first. As `process.arch` names them. */
export type Machine = 'x64' | 'arm64';

/** Set in the number of every x32 call. */
export const x32Bit = 0x40000000;

const AUDIT_ARCH_X86_64 = 0xc000003e;
const AUDIT_ARCH_I386 = 0x40000003;
const AUDIT_ARCH_AARCH64 = 0xc00000b7;

const x86_64 = readCalls(x86_64Calls);

/** x32 has the numbers of x86-64, but for those without it and for those whose structures differ (syscall_64.tbl). */
const notInX32 =
  '_sysctl create_module epoll_ctl_old epoll_wait_old get_kernel_syms get_thread_area nfsservctl query_module ' +
  'set_thread_area uprobe uretprobe uselib vserver';
const ownOfX32 = `
512 rt_sigaction rt_sigreturn ioctl readv writev recvfrom sendmsg recvmsg execve ptrace rt_sigpending
523 rt_sigtimedwait rt_sigqueueinfo sigaltstack timer_create mq_notify kexec_load waitid set_robust_list
531 get_robust_list vmsplice move_pages preadv pwritev rt_tgsigqueueinfo recvmmsg sendmmsg process_vm_readv
540 process_vm_writev setsockopt getsockopt io_setup io_submit execveat preadv2 pwritev2
`;

/** On x86 these are also parts of another call, whose first argument says which (socketcall(2), ipc(2)). */
const parts = new Map([
  ...partsOf(
    'socketcall',
    `1 socket bind connect listen accept getsockname getpeername socketpair send recv sendto recvfrom shutdown
    14 setsockopt getsockopt sendmsg recvmsg accept4 recvmmsg sendmmsg`,
    0xffffffff,
  ),
  // The upper half of this argument is a version.
  ...partsOf(
    'ipc',
    `1 semop semget semctl semtimedop
    11 msgsnd msgrcv msgget msgctl
    21 shmat shmdt shmget shmctl`,
    0xffff,
  ),
]);

const all: Record<Machine, readonly Architecture[]> = {
  x64: [
    architecture('SCMP_ARCH_X86_64', AUDIT_ARCH_X86_64, false, x86_64),
    architecture('SCMP_ARCH_X86', AUDIT_ARCH_I386, true, readCalls(x86Calls), parts),
    architecture('SCMP_ARCH_X32', AUDIT_ARCH_X86_64, true, x32Calls()),
  ],
  arm64: [architecture('SCMP_ARCH_AARCH64', AUDIT_ARCH_AARCH64, false, readCalls(arm64Calls))],
};

export function architecturesOf(machine: Machine): readonly Architecture[] {
  return all[machine];
}

/** What such a machine runs, too, and we have no numbers for. */
export const unsupported: Record<Machine, readonly SeccompArchitecture[]> = { x64: [], arm64: ['SCMP_ARCH_ARM'] };

export function isMachine(name: string): name is Machine {
  return name === 'x64' || name === 'arm64';
}

function architecture(
  name: SeccompArchitecture,
  audit: number,
  isNarrow: boolean,
  calls: ReadonlyMap<string, number>,
  shared: ReadonlyMap<string, { call: string; which: SeccompArgument }> = new Map(),
): Architecture {
  const entriesOf = (call: string): Entry[] => {
    const own = calls.get(call);
    const part = shared.get(call);
    const through = part && calls.get(part.call);
    return [
      ...(own === undefined ? [] : [{ number: own }]),
      ...(part === undefined || through === undefined ? [] : [{ number: through, which: part.which }]),
    ];
  };
  return { name, audit, isNarrow, entriesOf };
}

function readCalls(text: string): Map<string, number> {
  const calls = new Map<string, number>();
  for (const line of text.trim().split('\n')) {
    const [first, ...names] = line.trim().split(' ');
    for (const [index, name] of names.entries()) calls.set(name, Number(first) + index);
  }
  return calls;
}

function x32Calls(): Map<string, number> {
  const missing = new Set(notInX32.split(' '));
  const common = [...x86_64].filter(([name]) => !missing.has(name));
  return new Map([...common, ...readCalls(ownOfX32)].map(([name, number]) => [name, number + x32Bit]));
}

function partsOf(call: string, text: string, mask: number): [string, { call: string; which: SeccompArgument }][] {
  return [...readCalls(text)].map(([name, number]) => [
    name,
    { call, which: { index: 0, op: 'SCMP_CMP_MASKED_EQ', value: mask, valueTwo: number } },
  ]);
}
