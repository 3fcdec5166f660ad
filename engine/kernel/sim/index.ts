/** The door of the simulated kernel. */
export * from './abi';
export * from './bytes';
export { Divergence, Replay, SimHost } from './host';
export { defaultInterpreter, makeImage, readImage } from './image';
export * from './net/address/ip';
export { parseMac } from './net/address/mac';
export type * from './net/calls';
export * as nftNames from './net/nft/names';
export { chainText, counterText, printRuleset, priorityNumber, ruleText, setText, tableText } from './net/nft/print';
export { compareValues as compareNftValues } from './net/nft/print-sets';
export type * from './net/nft/ruleset';
export type { Blocking, Nanoseconds, Suspend } from './sched/blocking';
export type * from './sys/sys';
export type * from './sys/types';
export type { SignalAction, SignalMask } from './task/signal-state';
export type { ResourceName } from './task/task';
export type { Termios, Winsize } from './tty/types';
export type { DirectoryEntry } from './vfs/inode';
