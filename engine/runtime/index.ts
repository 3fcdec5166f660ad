export {
  defaultConfig,
  featuresDocument,
  type Process,
  parseProcess,
  parseResources,
  type Resources,
} from './config';
export { RuntimeError } from './error';
export { Container, type RuntimeContext, runtimeContext } from './lifecycle/container';
export { type CreateOptions, create } from './lifecycle/create';
export { remove } from './lifecycle/delete';
export { type ExecOptions, exec } from './lifecycle/exec';
export { pause, resume } from './lifecycle/freeze';
export { kill } from './lifecycle/kill';
export { details, list } from './lifecycle/list';
export { planOf } from './lifecycle/plan-of';
export { processes } from './lifecycle/processes';
export { type Running, run } from './lifecycle/run';
export { start } from './lifecycle/start';
export { statistics } from './lifecycle/statistics';
export type { TakesTerminal } from './lifecycle/terminal';
export { update } from './lifecycle/update';
