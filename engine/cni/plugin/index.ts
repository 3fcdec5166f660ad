export { Delegates } from './delegate';
export { InProcessExecutor } from './in-process';
export type { Plugin, PluginRequest } from './plugin';
export { requirePrevious, runPlugin } from './run-plugin';
