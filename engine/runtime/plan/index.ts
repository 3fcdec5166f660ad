export { CapabilitySets, capabilityNames, everyCapability } from './capabilities';
export { type CreateContext, createPlan } from './create-plan';
export { type ExecContext, execPlan } from './exec-plan';
export { hookReports } from './hooks';
export { parseMountOptions } from './mount-options';
export { makesNamespace, namespaceOf } from './namespaces';
