/**
 * The server's door. A page must not import it: it takes `sandbox/client` (values, no zod) and `sandbox/protocol`
 * (types only) instead, which are doors of their own for that reason.
 */
export type { Availability, Driver } from './drivers/driver';
export { createHostDriver, type HostDriverOptions } from './drivers/host';
export { createLinuxDriver, openLinuxHost } from './drivers/linux';
export { Lab, type LabOptions, type Session, systemClock } from './lab';
export { readLessonFiles } from './lesson-files';
export { type Parsed, parseClientMessage } from './parse';
export type { ClientMessage, LabChannel, PageChannel, ServerMessage } from './protocol';
export { type HostSettings, readHostSettings } from './settings';
