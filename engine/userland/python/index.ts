/** A small, honest Python: what lessons' scripts need, and a plain word where it ends. */
export { python } from './python';
