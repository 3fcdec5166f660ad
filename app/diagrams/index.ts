/**
 * The live diagrams. The page keeps a timeline and gives it to the pane; everything drawn comes from it:
 *
 *   import { followLab } from './diagrams/timeline';            // small; in the page
 *   const { timeline, stop } = followLab(client);               // before client.start()
 *
 *   const DiagramPane = useLate(late.diagrams);                 // loaded late
 *   <DiagramPane timeline={timeline} diagrams={lesson.diagrams} machines={view.machines} />
 *
 * The pane fills its container's width (390 px to 4K, by container queries) and is as tall as it needs to be, or as its
 * container makes it; it scrolls inside.
 */
export { DiagramPane } from './pane/DiagramPane';
