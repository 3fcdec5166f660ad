// A worker thread does not take over its parent's TypeScript loader on Node 20: it has to bring its own.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
