/** A very small Perl: what lessons call it for. */
export { perl } from './perl';
