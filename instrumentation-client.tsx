/**
 * Runs before the page is made interactive (Next's file of this name). From a file server labs run in the tab only, so
 * their worker is on its way before anything else of the page.
 */
import { warmSimulator } from './app/simulator/start';

if (process.env.NEXT_PUBLIC_UNDERLAY_STATIC === '1' && location.pathname.includes('/lesson/')) warmSimulator();
