/** The page's door to labs in its own tab. The worker's beginning is a door of its own (`worker.ts`): it holds the kernel. */
export type { TaskNews, ToWorker } from './messages';
export { pageEnd } from './port-channel';
