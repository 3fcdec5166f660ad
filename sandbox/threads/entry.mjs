// A worker thread does not take over its parent's TypeScript loader on Node 20: it has to bring its own.
import { workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
await import(workerData.module);
