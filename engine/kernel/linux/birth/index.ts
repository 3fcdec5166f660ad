export { type Birth, runPlan, type Stdio } from './run';
