export {
  type Birth,
  interpreterFd,
  outcomeOf,
  type PreparedPlan,
  preparePlan,
  programOf,
  runPlan,
  type Stdio,
} from './run';
