/** `EXEC`, `SYSTEM`: a program at the other end of a pair of sockets. */

import { type Blocking, strerror } from '../../../kernel/sim';
import { execByName } from '../../lib/exec';
import { plainSignals } from './children';
import type { Kind } from './kind';
import { socketEnd } from './socket-options';

/** `EXEC` splits the command at blanks, `SYSTEM` gives it to a shell. */
export function running(isShell: boolean): Kind {
  return {
    parameters: 1,
    open: function* (opening, address, serve) {
      const { sys, env, log } = opening;
      const [command = ''] = address.parameters;
      const argv = isShell ? ['/bin/sh', '-c', command] : command.split(/\s+/).filter((word) => word !== '');
      const [own, theirs] = sys.socketpair('stream');
      yield* log.say('N', 'forking off child, using socket for reading and writing');
      const pid = sys.fork(function* (child): Blocking<number> {
        plainSignals(child);
        child.close(own);
        if (address.options.has('setsid')) child.setsid();
        child.dup2(theirs, 0);
        child.dup2(theirs, 1);
        if (address.options.has('stderr')) child.dup2(theirs, 2);
        if (theirs > 2) child.close(theirs);
        const errno = yield* execByName(child, argv, env);
        yield* log.in(child).say('E', `execvp("${argv[0]}", "${argv[0]}"): ${strerror(errno)}`);
        return 1;
      });
      yield* log.say('N', `forked off child process ${pid}`);
      sys.close(theirs);
      yield* serve(opening, { ...socketEnd(own), isProgram: true });
    },
  };
}
