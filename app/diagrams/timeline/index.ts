/** The history behind the diagrams: no React, no drawing. The page holds one; import it from here, the pane lazily. */
export { followLab } from './follow';
export * from './timeline';
