export { type Birth, outcomeOf, runPlan, type Stdio } from './run';
