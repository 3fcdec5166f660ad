/** Which modules there are. */
import { bare } from '../../../kernel/sim';
import { raise } from '../errors';
import type { Interpreter } from '../interpreter';
import { NotThereError } from '../lexer';
import type { PyObject } from '../values';
import { ctypesModule } from './ctypes';
import { jsonModule } from './json';
import { osModule, pathModule } from './os';
import { mathModule, signalModule, sysModule, timeModule } from './small';
import { socketModule } from './socket';

const makers: Readonly<Record<string, (interpreter: Interpreter) => PyObject>> = bare({
  sys: sysModule,
  os: osModule,
  'os.path': pathModule,
  time: timeModule,
  signal: signalModule,
  math: mathModule,
  ctypes: ctypesModule,
  socket: socketModule,
  json: jsonModule,
});
/** Modules of the real standard library that a script may well ask for. */
const real = new Set([
  'argparse',
  'array',
  'ast',
  'asyncio',
  'base64',
  'bisect',
  'collections',
  'contextlib',
  'copy',
  'csv',
  'dataclasses',
  'datetime',
  'enum',
  'errno',
  'fcntl',
  'functools',
  'getpass',
  'glob',
  'grp',
  'gzip',
  'hashlib',
  'heapq',
  'hmac',
  'http',
  'importlib',
  'inspect',
  'io',
  'ipaddress',
  'itertools',
  'logging',
  'mmap',
  'multiprocessing',
  'operator',
  'pathlib',
  'pickle',
  'platform',
  'pprint',
  'pty',
  'pwd',
  'queue',
  'random',
  're',
  'resource',
  'select',
  'selectors',
  'shlex',
  'shutil',
  'socketserver',
  'sqlite3',
  'ssl',
  'stat',
  'statistics',
  'string',
  'struct',
  'subprocess',
  'syslog',
  'tempfile',
  'termios',
  'textwrap',
  'threading',
  'traceback',
  'tty',
  'types',
  'typing',
  'unittest',
  'urllib',
  'uuid',
  'warnings',
  'weakref',
  'xml',
  'zipfile',
  'zlib',
]);

export function importModule(name: string, interpreter: Interpreter): PyObject {
  const known = interpreter.modules.get(name);
  if (known) return known;
  const make = makers[name];
  if (make === undefined || !Object.hasOwn(makers, name)) {
    if (real.has(name.split('.')[0] ?? '')) throw new NotThereError(`does not know the module ${name}`);
    throw raise('ModuleNotFoundError', `No module named '${name}'`);
  }
  const module = make(interpreter);
  interpreter.modules.set(name, module);
  return module;
}
