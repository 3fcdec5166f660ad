/** The door of the differential tests, for the program behind `npm run fuzz`. */
export { fuzz } from './fuzz/fuzz';
