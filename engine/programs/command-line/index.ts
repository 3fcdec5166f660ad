export { type Call, type Command, type Commands, runCommands } from './command';
export { count, flag, value, valueOr, values } from './flags';
