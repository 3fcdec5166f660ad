import { defineSubject, type Subject } from '../subject';
import { type ProcessOperation, processOperations } from './operations';
import { realDriver } from './real-driver';
import { simDriver } from './sim-driver';

export const processes: Subject = defineSubject<ProcessOperation>({
  name: 'processes',
  driver: realDriver,
  batch: 100,
  operations: processOperations,
  line: (all) => all,
  program: (all) => simDriver(all),
});
