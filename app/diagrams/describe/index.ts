export { type ChangeLine, describeChange } from './describe';
