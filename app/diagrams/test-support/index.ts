/** States recorded by hand, one story a lesson, for the tests of this folder. */
export * from './build';
export * from './mount-story';
export * from './namespace-stories';
export * from './network-story';
export { overlayStory } from './overlay-story';
export { userStory } from './user-story';
