export * from './define';
export * from './lab';
export { lessonByNumber, lessons } from './lessons';
export * from './vars';
