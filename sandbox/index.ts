/**
 * The server's door. A page must not import it: it takes `sandbox/client` (values, no zod) and `sandbox/protocol`
 * (types only) instead, which are doors of their own for that reason.
 */
export type { Driver } from './drivers/driver';
export { createHostDriver } from './drivers/host';
export { createLinuxDriver } from './drivers/linux';
export { createSimDriver, simHost } from './drivers/sim';
export { systemClock } from './lab';
export { parseRecording, type Recording } from './lab/recording';
export { parseClientMessage } from './parse';
export type { ClientMessage, LabChannel, PageChannel, ServerMessage } from './protocol';
export { replay, type Verdict } from './replay';
