/**
 * For the test of many at once: asks host-local for so many addresses at the same time, a line on standard output for each that was
 * given. Arguments: DIRECTORY NAME COUNT; with COUNT 0 it asks and gives back without end, until it is killed.
 */

import { lockFile } from '../../kernel/linux';
import { hostLocal, runPlugin } from '..';
import { NodeLeaseFiles } from '../host';

const [, , directory = '', name = '', count = '0'] = process.argv;
const plugin = hostLocal(new NodeLeaseFiles(lockFile));

async function call(command: string, id: string): Promise<string> {
  const { stdout } = await runPlugin(
    plugin,
    { CNI_COMMAND: command, CNI_CONTAINERID: id, CNI_NETNS: '/run/netns/x', CNI_IFNAME: 'eth0', CNI_PATH: '/' },
    JSON.stringify({
      cniVersion: '1.0.0',
      name: 'busy',
      ipam: { type: 'host-local', dataDir: directory, subnet: '10.1.0.0/24' },
    }),
  );
  return stdout;
}

async function ask(id: string): Promise<void> {
  const answer = await call('ADD', id);
  console.log(`${id} ${/10\.1\.0\.\d+(?=\/)/.exec(answer)?.[0] ?? answer}`);
}

console.log('ready');
if (count === '0') {
  for (let round = 0; ; round++) {
    await ask(`${name}-${round}`);
    await call('DEL', `${name}-${round}`);
  }
}
await Promise.all(Array.from({ length: Number(count) }, (_, at) => ask(`${name}-${at}`)));
