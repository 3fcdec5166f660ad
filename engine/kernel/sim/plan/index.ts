export { carryOut, outcomeOf, preparePlan } from './carry-out';
