/** States recorded by hand, one story a lesson, for the tests of this folder. */
export * from './build';
export * from './cni-story';
export * from './container-story';
export * from './image-story';
export * from './last-scene';
export * from './mount-story';
export * from './namespace-stories';
export * from './network-story';
export { overlayStory } from './overlay-story';
export { userStory } from './user-story';
