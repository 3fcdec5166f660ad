export * from './bpf';
export { runFilter, type SystemCall } from './run-filter';
