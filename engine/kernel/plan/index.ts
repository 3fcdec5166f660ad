export { describePlan, subjectOf } from './describe';
export * from './plan';
export type { SyscallName } from './syscall-name';
