/** getsubids(1): the ranges of ids somebody may map (subuid(5), subgid(5)). */
import { makeCommand } from '../lib/command';
import { readFileOrNull, writeAll } from '../lib/io';

const usage = `Usage: getsubids [-g] user
    list subuid ranges for user
    pass -g to list subgid ranges
`;

export const getsubids = makeCommand({
  name: 'getsubids',
  options: [{ short: 'g' }],
  usage,
  *run(command) {
    const { sys, operands } = command;
    const [user] = operands;
    if (user === undefined || operands.length > 1) return yield* command.misuse();
    const text = (yield* readFileOrNull(sys, command.has('g') ? '/etc/subgid' : '/etc/subuid')) ?? '';
    const ranges = text.split('\n').flatMap((line) => {
      const [name, start = '', count = ''] = line.split(':');
      return name === user ? [`${user} ${start} ${count}`] : [];
    });
    if (ranges.length === 0) {
      yield* writeAll(sys, 2, 'Error fetching ranges\n');
      return 1;
    }
    for (const [at, range] of ranges.entries()) yield* command.line(`${at}: ${range}`);
    return 0;
  },
});
