export { MachineExecutor } from './machine-executor';
export { MachineFiles } from './machine-files';
