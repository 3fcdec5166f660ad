export { Delegates } from './delegate';
export { InProcessExecutor } from './in-process';
export type { Attachment, GcRequest, Plugin, PluginRequest } from './plugin';
export { requirePrevious, runPlugin } from './run-plugin';
