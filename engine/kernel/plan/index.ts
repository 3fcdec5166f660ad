export { describePlan } from './describe';
export * from './plan';
export type { SyscallName } from './syscall-name';
