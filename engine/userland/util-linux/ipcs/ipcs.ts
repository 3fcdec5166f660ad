/** ipcs(1): what there is of System V shared memory, queues and semaphores. */

import type { Blocking } from '../../../kernel/sim';
import { bare } from '../../../kernel/sim';
import { Accounts } from '../../lib/users';
import { Fatal, type Frame, utilLinux } from '../common/frame';
import { detail } from './detail';
import { limits } from './limits';
import { type Form, list } from './list';
import { summary } from './summary';

export type Kind = 'queues' | 'shmems' | 'semaphores';

/** In the order in which they are shown. */
const kinds: readonly Kind[] = ['queues', 'shmems', 'semaphores'];

export const ipcs = utilLinux({
  name: 'ipcs',
  options: [
    { long: 'shmems', short: 'm' },
    { long: 'queues', short: 'q' },
    { long: 'semaphores', short: 's' },
    { long: 'all', short: 'a' },
    { long: 'time', short: 't' },
    { long: 'pid', short: 'p' },
    { long: 'creator', short: 'c' },
    { long: 'limits', short: 'l' },
    { long: 'summary', short: 'u' },
    { long: 'human' },
    { long: 'bytes', short: 'b' },
    { long: 'id', short: 'i', value: 'required' },
  ],
  help: '[resource-option...] [output-option]\n ipcs -m|-q|-s -i <id>\n\nShow information on IPC facilities.',
  *run(frame) {
    const { options: given, out } = frame;
    const chosen = kinds.filter((kind) => given.has(kind));
    const shown = chosen.length === 0 || given.has('all') ? kinds : chosen;
    const accounts = yield* Accounts.load(frame.sys);
    const id = given.value('id');
    if (id !== null) return yield* one(frame, shown, id);
    yield* out.write('\n');
    for (const kind of shown) {
      yield* show(frame, accounts, kind);
      yield* out.write('\n');
    }
    return 0;
  },
});

function* one(frame: Frame, shown: readonly Kind[], id: string): Blocking<number> {
  const [kind] = shown;
  if (!/^\d+$/.test(id)) throw new Fatal(`failed to parse id argument: '${id}'`);
  if (shown.length !== 1 || kind === undefined)
    throw new Fatal('when using an ID, a single resource must be specified');
  yield* detail(frame, kind, Number(id));
  return 0;
}

/** The last of the options that say what is to be told counts. */
function* show(frame: Frame, accounts: Accounts, kind: Kind): Blocking<void> {
  const { options: given } = frame;
  const form = given.given.findLast(({ name }) => ['limits', 'summary', 'creator', 'time', 'pid'].includes(name))?.name;
  if (form === 'limits') return yield* limits(frame, kind);
  if (form === 'summary') return yield* summary(frame, kind);
  const forms: Record<string, Form> = bare({ creator: 'creator', time: 'time', pid: 'pid' });
  yield* list(frame, accounts, kind, forms[form ?? ''] ?? 'status');
}
