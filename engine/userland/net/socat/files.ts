/** Files, pipes and descriptors that are there. */

import { O_APPEND, O_CREAT, O_RDONLY, O_RDWR, O_TRUNC, O_WRONLY } from '../../../kernel/sim';
import { failed, type Kind } from './kind';

export function file(flags: number, mustExist: boolean): Kind {
  return {
    parameters: 1,
    open: function* (opening, address, serve) {
      const { sys, access } = opening;
      const { options } = address;
      const [path = ''] = address.parameters;
      const direction =
        options.has('rdonly') || access === 'read'
          ? O_RDONLY
          : options.has('wronly') || access === 'write'
            ? O_WRONLY
            : O_RDWR;
      const extra =
        (options.has('append') ? O_APPEND : 0) |
        (options.has('trunc') ? O_TRUNC : 0) |
        (options.has('creat') || options.has('create') ? O_CREAT : 0);
      const all =
        (mustExist ? direction : flags === O_TRUNC ? O_WRONLY : direction) | (mustExist ? 0 : O_CREAT | flags) | extra;
      let fd: number;
      try {
        fd = yield* sys.open(path, all, 0o666);
      } catch (error) {
        throw failed(`open("${path}", 0${all.toString(8)}, 0666)`, error);
      }
      yield* serve(opening, { readFd: fd, writeFd: fd, closeWrite: () => undefined });
    },
  };
}

export const stdio: Kind = {
  parameters: 0,
  open: function* (opening, _, serve) {
    yield* opening.log.say('N', 'reading from and writing to stdio');
    yield* serve(opening, { readFd: 0, writeFd: 1, closeWrite: () => undefined });
  },
};

export function descriptor(readFd: number, writeFd: number): Kind {
  return {
    parameters: 0,
    open: function* (opening, _, serve) {
      yield* serve(opening, { readFd, writeFd, closeWrite: () => undefined });
    },
  };
}

export const anyDescriptor: Kind = {
  parameters: 1,
  open: function* (opening, { parameters }, serve) {
    const fd = Number(parameters[0]);
    yield* serve(opening, { readFd: fd, writeFd: fd, closeWrite: () => undefined });
  },
};

export const pipe: Kind = {
  parameters: 0,
  open: function* (opening, _, serve) {
    const { readEnd, writeEnd } = opening.sys.pipe();
    yield* serve(opening, { readFd: readEnd, writeFd: writeEnd, closeWrite: (sys) => sys.close(writeEnd) });
  },
};
