export { CallRecords } from './call-records';
export { RecordingExecutor } from './recording-executor';
