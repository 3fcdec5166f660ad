/** The door of the differential tests, for the program behind `npm run fuzz`. */

export { recordFixtures } from './fixtures/record';
export { fuzz } from './fuzz/fuzz';
