export type { ChangeLine } from './change';
export { describeChange } from './describe';
