/** The frame every program of util-linux has: options, --help and --version, messages as warn(3) and err(3) print them. */
import {
  type Blocking,
  CLONE_NEWNS,
  isSysError,
  O_CLOEXEC,
  O_RDONLY,
  type Program,
  type Sys,
  type SysError,
  strerror,
} from '../../../kernel/sim';
import { execByName } from '../../lib/exec';
import { Output, writeAll } from '../../lib/io';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../../lib/options';
import { OutputError } from '../../lib/output-error';

export type Environment = Readonly<Record<string, string>>;

export interface Frame {
  sys: Sys;
  /** As it was called. */
  name: string;
  options: ParsedOptions;
  env: Environment;
  out: Output;
}

export interface FrameSpec {
  name: string;
  options: readonly OptionSpec[];
  /** A line or two for --help. */
  help: string;
  /** The line for --version, where it is not the usual one. */
  version?: string;
  /** Ends options at the first operand: for programs that run another. */
  stopAtOperand?: boolean;
  /** Status for mistakes in options; 1 when left out. */
  usageStatus?: number;
  run(frame: Frame): Blocking<number>;
}

/** Ends the program with `NAME: message` and a status. */
export class Fatal extends Error {
  constructor(
    message: string,
    readonly status = 1,
  ) {
    super(message);
  }
}

/** err(3): the message, and what the kernel said. */
export function failed(message: string, error: SysError, status = 1): Fatal {
  return new Fatal(`${message}: ${strerror(error.errno)}`, status);
}

/** Does something that may fail; the kernel's answer ends the program with `message`. */
export function orFail<T>(message: string, work: () => T, status = 1): T {
  try {
    return work();
  } catch (error) {
    if (isSysError(error)) throw failed(message, error, status);
    throw error;
  }
}

export function utilLinux(spec: FrameSpec): Program {
  const common: OptionSpec[] = [
    { short: 'h', long: 'help', as: 'help' },
    { short: 'V', long: 'version', as: 'version' },
  ];
  const own = new Set(spec.options.flatMap(({ short, long }) => [short, long]));
  const options = [...spec.options, ...common.filter(({ short }) => !own.has(short))];
  const helpOnly = common
    .filter(({ short }) => own.has(short))
    .map(({ long, as }) => ({ long: long ?? '', as: as ?? '' }));
  return function* (sys, argv, env) {
    const name = (argv[0] ?? spec.name).split('/').at(-1) ?? spec.name;
    try {
      const settings = { stopAtOperand: spec.stopAtOperand ?? false };
      const parsed = parseOptions(argv.slice(1), [...options, ...helpOnly], settings);
      if (parsed.has('help')) return yield* help(sys, spec);
      if (parsed.has('version')) return yield* say(sys, `${spec.version ?? `${spec.name} from util-linux 2.38.1`}\n`);
      const frame: Frame = { sys, name, options: parsed, env, out: new Output(sys) };
      const status = yield* spec.run(frame);
      yield* frame.out.flush();
      return status;
    } catch (error) {
      return yield* explain(sys, name, spec, error);
    }
  };
}

/** For a child that goes on with the program's work: what is fatal is said, and ends it. */
export function* guarded(sys: Sys, name: string, work: () => Blocking<number>): Blocking<number> {
  try {
    return yield* work();
  } catch (error) {
    if (!(error instanceof Fatal)) throw error;
    yield* writeAll(sys, 2, `${name}: ${error.message}\n`);
    return error.status;
  }
}

function* explain(sys: Sys, name: string, spec: FrameSpec, error: unknown): Blocking<number> {
  if (error instanceof UsageError) {
    yield* writeAll(sys, 2, `${name}: ${error.message}\nTry '${name} --help' for more information.\n`);
    return spec.usageStatus ?? 1;
  }
  if (error instanceof Fatal) {
    yield* writeAll(sys, 2, `${name}: ${error.message}\n`);
    return error.status;
  }
  if (isSysError(error) && !(error instanceof OutputError)) {
    // The reader of the output is gone: there is nobody to tell.
    if (error.errno !== 'EPIPE') yield* writeAll(sys, 2, `${name}: ${strerror(error.errno)}\n`);
    return 1;
  }
  throw error;
}

function* help(sys: Sys, { name, help: text }: FrameSpec): Blocking<number> {
  return yield* say(sys, `\nUsage:\n ${name} ${text}\n\nFor more details see ${name}(8) or ${name}(1).\n`);
}

function* say(sys: Sys, text: string): Blocking<number> {
  yield* writeAll(sys, 1, text);
  return 0;
}

/** Runs a program in the place of this one; 127 and 126 as util-linux ends when it cannot. */
export function* execOrFail(frame: Frame, argv: readonly string[], env: Environment = frame.env): Blocking<number> {
  const [program = ''] = argv;
  const errno = yield* execByName(frame.sys, argv, env);
  throw new Fatal(`failed to execute ${program}: ${strerror(errno)}`, errno === 'ENOENT' ? 127 : 126);
}

/** `-N`: goes on in the mount namespace of a process or a file. */
export function* enterMountNamespace({ sys, options }: Frame): Blocking<void> {
  const given = options.value('namespace');
  if (given === null) return;
  const path = /^\d+$/.test(given) ? `/proc/${given}/ns/mnt` : given;
  try {
    const fd = yield* sys.open(path, O_RDONLY | O_CLOEXEC);
    sys.setns(fd, CLONE_NEWNS);
    sys.close(fd);
  } catch (error) {
    if (isSysError(error)) throw failed(`failed to set target namespace to ${path}`, error, 2);
    throw error;
  }
}
