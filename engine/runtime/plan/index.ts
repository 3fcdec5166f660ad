export { CapabilitySets } from './capabilities';
export { descriptor } from './constants';
export { type CreateContext, createPlan } from './create-plan';
export { execPlan } from './exec-plan';
export { hookReports } from './hooks';
export { makesNamespace, namespaceOf } from './namespaces';
export { seccompSteps, stateBegin, usesListener } from './seccomp';
