export { describePlan } from './describe';
export * from './plan';
export { type Birth, runPlan, type Stdio } from './run';
