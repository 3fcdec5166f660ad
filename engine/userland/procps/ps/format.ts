/** The columns of the formats with letters of their own: `-f`, `-l`, `u`, `j` ... */
import { bare } from '../../../kernel/sim';
import { fieldsOf } from './lists';
import type { Field, Request } from './request';

const bsdFields: Readonly<Record<string, readonly string[]>> = bare({
  j: ['ppid', 'pid', 'pgid', 'sid', 'tname', 'tpgid', 'stat', 'uid', 'bsdtime', 'args'],
  l: ['flags', 'uid', 'pid', 'ppid', 'priority', 'ni', 'vsz', 'rss', 'wchan', 'stat', 'tname', 'bsdtime', 'args'],
  s: ['uid', 'pid', 'pending', 'blocked', 'ignored', 'caught', 'stat', 'tname', 'bsdtime', 'args'],
  u: ['user', 'pid', '%cpu', '%mem', 'vsz', 'rss', 'tname', 'stat', 'start_time', 'bsdtime', 'args'],
  v: ['pid', 'tname', 'stat', 'bsdtime', 'maj_flt', 'm_trs', 'm_drs', 'rss', '%mem', 'args'],
  X: ['pid', 'stackp', 'esp', 'eip', 'tmout', 'alarm', 'stat', 'tname', 'bsdtime', 'args'],
});

export function chooseFields(request: Request): Field[] {
  if (request.fields.length > 0) return request.fields;
  if (request.extraFields.length > 0) return withExtra(request);
  const label = request.unixFormat.has('M') ? ['label'] : [];
  const bsd = request.bsdFormat === null ? undefined : bsdFields[request.bsdFormat];
  return fieldsOf(bsd ? [...label, ...bsd] : [...label, ...unixFields(request)]);
}

function withExtra({ extraFields }: Request): Field[] {
  return [...fieldsOf(['pid']), ...extraFields, ...fieldsOf(['state', 'tname', 'time', 'args'])];
}

function unixFields({ unixFormat, bsd }: Request): string[] {
  const has = (letter: string) => unixFormat.has(letter);
  const [full, long, short] = [has('f'), has('l'), has('c')];
  const when = (condition: boolean, ...names: string[]) => (condition ? names : []);
  return [
    ...when(long && !has('y'), 'f'),
    ...when(long, 's'),
    ...(full ? ['uid_hack'] : when(long, 'uid')),
    'pid',
    ...when(has('T'), 'spid'),
    ...when(full || long, 'ppid'),
    ...when(has('j'), 'pgid', 'sid'),
    ...when(has('L'), 'lwp'),
    ...when(has('P'), 'psr'),
    ...(short ? ['class', 'pri'] : when(full || long, 'c')),
    ...when(has('L') && full, 'nlwp'),
    ...when(long && !short, 'opri', 'ni'),
    ...when(long, has('y') ? 'rss' : 'addr_1', 'sz', 'wchan'),
    ...when(has('F') && !long, 'sz'),
    ...when(has('F'), 'rss', 'psr'),
    ...when(full, 'stime'),
    'tname',
    ...when(bsd && !long, 'stat'),
    bsd ? 'bsdtime' : 'time',
    ...(full ? ['cmd'] : [bsd && unixFormat.size === 0 ? 'args' : 'ucmd']),
  ];
}
