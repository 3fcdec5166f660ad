/** The door of the simulated kernel. */
export * from './abi';
export * from './bytes';
export { defaultInterpreter, makeImage, readImage } from './image';
export type { Blocking, Nanoseconds, Suspend } from './sched/blocking';
export type * from './net/calls';
export type * from './net/nft/ruleset';
export type * from './sys/sys';
export type * from './sys/types';
export type { Termios, Winsize } from './tty/types';
export type { SignalAction, SignalMask } from './task/signal-state';
export type { ResourceLimit, ResourceName } from './task/task';
