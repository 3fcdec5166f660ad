/** hostid: the number of this machine in hexadecimal (hostid(1), gethostid(3)). */
import type { Blocking, Sys } from '../../kernel/sim';
import { readHosts } from '../lib/hosts';
import { expectOperands } from './common/operands';
import { makeTool } from './common/tool';

export const hostid = makeTool({
  name: 'hostid',
  help: '[OPTION]\nPrint the numeric identifier of this machine in hexadecimal.',
  *run(tool) {
    expectOperands(tool, 0, 0);
    yield* tool.line(yield* hostId(tool.sys));
  },
});

/** Of the address /etc/hosts has for the host name, the halves swapped. */
function* hostId(sys: Sys): Blocking<string> {
  const name = sys.uname().nodename;
  for (const { address, names } of yield* readHosts(sys)) {
    const bytes = address.split('.').map(Number);
    if (bytes.length !== 4 || !names.includes(name)) continue;
    const [a = 0, b = 0, c = 0, d = 0] = bytes;
    return [b, a, d, c].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  }
  return '00000000';
}
