/** What Machines are made of on either kernel. */
export { deviceLinks, deviceNodes } from './devices';
export { findUser, loginEnvironment, type User } from './users';
