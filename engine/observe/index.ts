/** What stands above both kernels and belongs to a lab's state: read from the files of its Machines, on either alike. */
export { observedHost } from './observed-host';
export { openEngineSource } from './source';
