/** What Machines are made of on either kernel. */
export { boundCapabilities } from './capabilities';
export { type InitOptions, initSteps } from './init-plan';
export type { SkeletonEntry } from './skeleton';
export { findUser, loginEnvironment, type User } from './users';
