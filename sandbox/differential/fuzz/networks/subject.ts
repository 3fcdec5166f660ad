import { defineSubject, type Subject } from '../subject';
import { type NetworkOperation, script, targets } from './operations';
import { realDriver } from './real-driver';
import { simDriver } from './sim-driver';
import { networkOperations } from './topologies';

export const networks: Subject = defineSubject<NetworkOperation>({
  name: 'networks',
  driver: realDriver,
  batch: 30,
  operations: networkOperations,
  line: (all) => [script(all), targets(all)],
  program: (all) => simDriver(script(all), targets(all)),
});
