/**
 * The server's door. A page must not import it: it takes `sandbox/client` (values, no zod) and `sandbox/protocol`
 * (types only) instead, which are doors of their own for that reason.
 */
export type { Driver } from './drivers/driver';
export { createHostDriver } from './drivers/host';
export { createLinuxDriver } from './drivers/linux';
export { simHost } from './drivers/sim';
export { createWorkerDriver } from './drivers/worker';
export { systemClock } from './lab';
export { parseRecording } from './lab/recording';
export { parseClientMessage } from './parse';
export type { ClientMessage, LabChannel, PageChannel, ServerMessage } from './protocol';
export { replay } from './replay';
export { readSimulatorPlace } from './settings';
export { Graders } from './threads/graders';
export type { Grade } from './threads/grades';
