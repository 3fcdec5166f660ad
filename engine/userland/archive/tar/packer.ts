/** The program that packs or unpacks an archive on its way: a child between tar and the file. */
import {
  type Blocking,
  isSysError,
  O_CREAT,
  O_RDONLY,
  O_TRUNC,
  O_WRONLY,
  type Sys,
  strerror,
} from '../../../kernel/sim';
import { execByName } from '../../lib/exec';
import { writeAll } from '../../lib/io';
import { Fatal } from './fatal';
import { unrecoverable } from './texts';

export interface Packer {
  /** Tar's end of the pipe. */
  fd: number;
  /** To be called when tar's end is closed. Errors: `Fatal` when the program failed. */
  wait(): Blocking<void>;
}

interface Pipeline {
  archive: string;
  command: string;
  direction: 'pack' | 'unpack';
  env: Readonly<Record<string, string>>;
}

export function startPacker(sys: Sys, { archive, command, direction, env }: Pipeline): Packer {
  const { readEnd, writeEnd } = sys.pipe();
  const [own, childs] = direction === 'pack' ? [writeEnd, readEnd] : [readEnd, writeEnd];
  const pid = sys.fork(function* (child) {
    child.close(own);
    const [pipeTo, fileTo] = direction === 'pack' ? [0, 1] : [1, 0];
    child.dup2(childs, pipeTo);
    child.close(childs);
    if (archive !== '-') {
      const isOpen = yield* openOnto(child, archive, direction, fileTo);
      if (!isOpen) return 2;
    }
    const shell = ['/bin/sh', '-c', direction === 'pack' ? command : `${command} -d`];
    const errno = yield* execByName(child, shell, env);
    yield* writeAll(child, 2, `tar (child): /bin/sh: Cannot exec: ${strerror(errno)}\ntar (child): ${unrecoverable}\n`);
    return 2;
  });
  sys.close(childs);
  return {
    fd: own,
    *wait() {
      const ended = yield* sys.waitpid(pid);
      if (ended?.event.kind === 'exited' && ended.event.code !== 0)
        throw new Fatal(`Child returned status ${ended.event.code}`);
    },
  };
}

function* openOnto(child: Sys, archive: string, direction: Pipeline['direction'], to: number): Blocking<boolean> {
  try {
    const flags = direction === 'pack' ? O_WRONLY | O_CREAT | O_TRUNC : O_RDONLY;
    const fd = yield* child.open(archive, flags, 0o666);
    child.dup2(fd, to);
    child.close(fd);
    return true;
  } catch (error) {
    if (!isSysError(error)) throw error;
    const reason = `${archive}: Cannot open: ${strerror(error.errno)}`;
    yield* writeAll(child, 2, `tar (child): ${reason}\ntar (child): ${unrecoverable}\n`);
    return false;
  }
}
