/** The door of the simulated kernel. */
export * from './abi';
export * from './bytes';
export { defaultInterpreter, makeImage, readImage } from './image';
export type { Blocking, Nanoseconds, Suspend } from './sched/blocking';
export * from './net/address/ip';
export { isGroupMac, macBytes, macFromBytes, parseMac } from './net/address/mac';
export type * from './net/calls';
export * as nftNames from './net/nft/names';
export { chainText, counterText, priorityNumber, printRuleset, ruleText, setText, tableText } from './net/nft/print';
export type * from './net/nft/ruleset';
export type * from './sys/sys';
export type * from './sys/types';
export type { Termios, Winsize } from './tty/types';
export type { SignalAction, SignalMask } from './task/signal-state';
export type { ResourceLimit, ResourceName } from './task/task';
export type { DirectoryEntry } from './vfs/inode';
export { Divergence, type Pace, Replay, SimHost, type SimHostOptions } from './host';
