export * from './define';
export * from './lab';
export { lessonByNumber, lessons } from './lessons';
export { type Finding, lintLessons, type ProseText } from './lint';
export * from './terminals';
export * from './vars';
