export {
  type Birth,
  interpreterFd,
  outcomeOf,
  preparePlan,
  programOf,
  runPlan,
  type Stdio,
} from './run';
