export { type Clock, systemClock } from './clock';
export { LabError, messageOf } from './errors';
export { Lab, type LabOptions } from './lab';
export type { Session } from './session';
export { defaultLimits, type LimitOptions } from './time-limits';
export { defaultLabLimits, type LessonFiles } from './topology';
