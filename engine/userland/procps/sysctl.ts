/** sysctl(8): settings of the kernel, below /proc/sys. */
import {
  type Blocking,
  isSysError,
  O_WRONLY,
  S_IFDIR,
  S_IFMT,
  type Sys,
  type SysError,
  strerror,
} from '../../kernel/sim';
import { orNull } from '../lib/attempt';
import { type Command, makeCommand, Quit } from '../lib/command';
import { readFile, writeAll } from '../lib/io';
import { compile, type Regex } from '../regex';

const root = '/proc/sys/';

const usage = `
Usage:
 sysctl [options] [variable[=value] ...]

Options:
  -a, --all            all variables (also -A, -X)
  -b, --binary         values without a new line
      --dry-run        nothing is written
  -e, --ignore         say nothing of what is not there
  -N, --names          only names
  -n, --values         only values
  -p, --load[=<file>]  read settings from a file (also -f)
      --system         read settings from all the system's files
  -r, --pattern <expression>
                       only those that match
  -q, --quiet          do not show what is set
  -w, --write          all that follows is to be set

 -h, --help
 -V, --version

For more details see sysctl(8).
`;

export const sysctl = makeCommand({
  name: 'sysctl',
  options: [
    { short: 'a', long: 'all' },
    { short: 'A', as: 'all' },
    { short: 'X', as: 'all' },
    { short: 'b', long: 'binary' },
    { long: 'deprecated' },
    { long: 'dry-run' },
    { short: 'e', long: 'ignore' },
    { short: 'N', long: 'names' },
    { short: 'n', long: 'values' },
    { short: 'p', long: 'load', value: 'optional' },
    { short: 'f', as: 'load', value: 'optional' },
    { long: 'system' },
    { short: 'r', long: 'pattern', value: 'required' },
    { short: 'q', long: 'quiet' },
    { short: 'w', long: 'write' },
    { short: 'o' },
    { short: 'x' },
    { short: 'd', as: '--help' },
  ],
  usage,
  version: 'sysctl from procps-ng 4.0.2',
  *run(command) {
    const { operands } = command;
    const settings = new Settings(command);
    if (command.has('system')) return yield* settings.loadSystem();
    if (command.has('load')) return yield* settings.loadFiles(command.options.values('load').concat(operands));
    if (command.has('all')) {
      yield* settings.showBelow('');
      return settings.status;
    }
    if (operands.length === 0) return yield* nothingGiven(command);
    for (const operand of operands) yield* settings.handle(operand);
    return settings.status;
  },
});

function* nothingGiven(command: Command): Blocking<number> {
  if (command.options.given.length === 0) return yield* command.misuse();
  yield* command.warn('no variables specified');
  yield* writeAll(command.sys, 2, "Try `sysctl --help' for more information.\n");
  return 1;
}

/** `net.ipv4.ip_forward` and `net/ipv4/ip_forward` are the same; the first separator decides which is which. */
function pathOf(name: string): string {
  const separator = /[./]/.exec(name)?.[0];
  if (separator !== '.') return name;
  return name.replace(/[./]/g, (char) => (char === '.' ? '/' : '.'));
}

function nameOf(path: string): string {
  return path.replace(/[./]/g, (char) => (char === '/' ? '.' : '/'));
}

class Settings {
  status = 0;
  readonly #pattern: Regex | null;

  constructor(private readonly command: Command) {
    const pattern = command.value('pattern');
    this.#pattern = pattern === null ? null : compile(pattern, { extended: true });
  }

  *handle(operand: string): Blocking<void> {
    const equals = operand.indexOf('=');
    if (equals >= 0) {
      const name = operand.slice(0, equals).trim();
      if (name === '') this.status = 1;
      else yield* this.set(name, operand.slice(equals + 1).trim());
    } else if (this.command.has('write')) {
      yield* this.#complain('command line(0): invalid syntax, continuing...');
      throw new Quit(1);
    } else if (operand === '') {
      yield* this.#complain(`"${operand}" is an unknown key`);
      this.status = 255;
    } else yield* this.show(pathOf(operand.replace(/^\/proc\/sys\//, '')));
  }

  *show(path: string): Blocking<void> {
    const { sys } = this.command;
    try {
      const { mode } = sys.stat(root + path);
      if ((mode & S_IFMT) === S_IFDIR) yield* this.showBelow(`${path}/`);
      else yield* this.#showOne(path, mode);
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.#cannotFind(path, error);
    }
  }

  *showBelow(directory: string): Blocking<void> {
    const { sys } = this.command;
    const names = sys.readdir(root + directory).map(({ name }) => name);
    for (const name of names.filter((one) => one !== '.' && one !== '..').sort()) yield* this.show(directory + name);
    yield* sys.checkpoint();
  }

  *#showOne(path: string, mode: number): Blocking<void> {
    const { command } = this;
    const name = nameOf(path);
    if ((mode & 0o444) === 0 || (this.#pattern && !this.#pattern.test(name))) return;
    if (command.has('names')) return yield* command.line(name);
    let text: string;
    try {
      text = yield* readFile(command.sys, root + path);
    } catch (error) {
      if (!isSysError(error)) throw error;
      return yield* this.#cannotRead(name, error);
    }
    yield* this.#print(name, text);
  }

  *#print(name: string, text: string): Blocking<void> {
    const { command } = this;
    if (command.has('binary')) return yield* command.out.write(text.replace(/\n$/, ''));
    const lines = text === '' || text === '\n' ? [''] : text.replace(/\n+$/, '').split('\n');
    for (const line of lines) yield* command.line(command.has('values') ? line : `${name} = ${line}`);
  }

  *#cannotRead(name: string, { errno }: SysError): Blocking<void> {
    if (errno === 'EACCES' || errno === 'EPERM') yield* this.#complain(`permission denied on key '${name}'`);
    else if (errno !== 'EIO' && errno !== 'EISDIR') yield* this.#complain(`reading key "${name}": ${strerror(errno)}`);
    this.status = 1;
  }

  *#cannotFind(path: string, { errno }: SysError): Blocking<void> {
    if (this.command.has('ignore')) return;
    yield* this.#complain(`cannot stat ${root}${path}: ${strerror(errno)}`);
    this.status = 1;
  }

  *set(given: string, value: string): Blocking<void> {
    const { command } = this;
    const { sys } = command;
    const path = pathOf(given.replace(/^\/proc\/sys\//, ''));
    const name = nameOf(path);
    try {
      const { mode } = sys.stat(root + path);
      if ((mode & S_IFMT) === S_IFDIR) {
        yield* this.#complain(`setting key "${name}": Is a directory`);
        this.status = 1;
        return;
      }
    } catch (error) {
      if (!isSysError(error)) throw error;
      return yield* this.#cannotFind(path, error);
    }
    try {
      if (!command.has('dry-run')) yield* write(sys, root + path, `${value}\n`);
    } catch (error) {
      if (!isSysError(error)) throw error;
      return yield* this.#cannotSet(name, error);
    }
    if (command.has('quiet')) return;
    if (command.has('names')) yield* command.line(name);
    else yield* command.line(command.has('values') ? value : `${name} = ${value}`);
  }

  *#cannotSet(name: string, { errno }: SysError): Blocking<void> {
    const denied = errno === 'EACCES' || errno === 'EPERM' || errno === 'EROFS';
    this.status = 1;
    yield* this.#complain(denied ? `permission denied on key "${name}"` : `setting key "${name}": ${strerror(errno)}`);
  }

  *loadFiles(files: readonly string[]): Blocking<number> {
    for (const file of files.length > 0 ? files : ['/etc/sysctl.conf']) yield* this.#load(file);
    return this.status;
  }

  *#load(file: string): Blocking<void> {
    let text: string;
    try {
      text = yield* readFile(this.command.sys, file === '-' ? '/dev/stdin' : file);
    } catch (error) {
      if (!isSysError(error)) throw error;
      yield* this.#complain(`cannot open "${file}": ${strerror(error.errno)}`);
      this.status = 1;
      return;
    }
    for (const [at, line] of text.split('\n').entries()) {
      const trimmed = line.trim();
      if (trimmed === '' || /^[#;]/.test(trimmed)) continue;
      const equals = trimmed.indexOf('=');
      if (equals < 0) yield* this.#complain(`${file}(${at + 1}): invalid syntax, continuing...`);
      else yield* this.set(trimmed.slice(0, equals).trim().replace(/^-/, ''), trimmed.slice(equals + 1).trim());
    }
  }

  *loadSystem(): Blocking<number> {
    const { command } = this;
    const found = new Map<string, string>();
    for (const directory of [
      '/run/sysctl.d',
      '/etc/sysctl.d',
      '/usr/local/lib/sysctl.d',
      '/usr/lib/sysctl.d',
      '/lib/sysctl.d',
    ]) {
      for (const name of namesIn(command.sys, directory)) if (!found.has(name)) found.set(name, `${directory}/${name}`);
    }
    const paths = [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
    for (const path of [...paths, '/etc/sysctl.conf']) {
      yield* command.line(`* Applying ${path} ...`);
      yield* this.#load(path);
    }
    return this.status;
  }

  *#complain(text: string): Blocking<void> {
    yield* this.command.out.flush();
    yield* this.command.warn(text);
  }
}

function namesIn(sys: Sys, directory: string): string[] {
  return orNull(() => sys.readdir(directory).flatMap(({ name }) => (name.endsWith('.conf') ? [name] : []))) ?? [];
}

function* write(sys: Sys, path: string, text: string): Blocking<void> {
  const fd = yield* sys.open(path, O_WRONLY);
  try {
    yield* writeAll(sys, fd, text);
  } finally {
    sys.close(fd);
  }
}
