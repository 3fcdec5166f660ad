/**
 * `npm run images:record`: writes down the lab's images of the simulated Machines, so that no tab has to make them. A test holds
 * them to what they are made of.
 */
import { writeFileSync } from 'node:fs';
import { simulatedLayout } from './lab-images/simulated';

const target = new URL('../engine/programs/simulated/lab-images/layout.json', import.meta.url);
writeFileSync(target, `${JSON.stringify(await simulatedLayout(), null, 2)}\n`);
