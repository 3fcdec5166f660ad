/** getpcaps(8): shows the capabilities of processes. */
import { allCapabilities, type Blocking, type Sys } from '../../kernel/sim';
import { makeCommand } from '../lib/command';
import { writeAll } from '../lib/io';
import { readStatus } from '../lib/processes';
import { type CapabilitySets, type Iab, iabText, toText } from './sets';

const usage = `usage: getcaps [opts] <pid> [<pid> ...]

  Shows the capabilities of processes, as cap_from_text(3) has them.

     --help, -h or --usage   this text
     --verbose               in more words
     --ugly or --legacy      as it used to be
     --iab                   inheritable, ambient and bounding sets, too
`;

export const getpcaps = makeCommand({
  name: 'getpcaps',
  options: [
    { long: 'usage', as: '--help' },
    { long: 'verbose' },
    { long: 'ugly' },
    { long: 'legacy', as: 'ugly' },
    { long: 'iab' },
    { long: 'license' },
  ],
  usage,
  *run(command) {
    if (command.operands.length === 0) return yield* command.misuse();
    for (const pid of command.operands) {
      const found = yield* readSets(command.sys, pid);
      if (!found) {
        yield* writeAll(command.sys, 2, `Failed to get cap's for process ${pid}: (No such process)\n`);
        return 1;
      }
      const text = toText(found.sets);
      if (command.has('ugly')) yield* command.line(`Capabilities for \`${pid}': ${text}`);
      else if (command.has('verbose')) yield* command.line(`Capabilities for '${pid}': ${text}`);
      else if (command.has('iab')) yield* command.line(`${pid}: "${text}" [${iabText(found.iab)}]`);
      else yield* command.line(`${pid}: ${text}`);
    }
  },
});

function* readSets(sys: Sys, pid: string): Blocking<{ sets: CapabilitySets; iab: Iab } | null> {
  const status = yield* readStatus(sys, pid);
  if (status.size === 0) return null;
  const mask = (name: string) => BigInt(`0x${status.get(name) ?? '0'}`);
  const sets = { effective: mask('CapEff'), permitted: mask('CapPrm'), inheritable: mask('CapInh') };
  const blocked = allCapabilities & ~mask('CapBnd');
  return { sets, iab: { inheritable: mask('CapInh'), ambient: mask('CapAmb'), blocked } };
}
