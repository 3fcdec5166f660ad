export { carryOut } from './carry-out';
