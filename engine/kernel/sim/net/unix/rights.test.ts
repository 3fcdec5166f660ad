/** Descriptors that are sent over unix sockets (unix(7), SCM_RIGHTS). */
import { expect, test } from 'vitest';
import { decode, encode } from '../../bytes';
import { type BootResult, bootTest, errnoOfWait, say } from '../../testing/boot';

const text = (bytes: Uint8Array) => decode(bytes);

function lines({ stdout }: BootResult): string[] {
  return stdout.trimEnd().split('\n');
}

test('the other process has the same open file, under a number of its own', () => {
  const result = bootTest(function* (sys) {
    const [ours, theirs] = sys.socketpair('stream');
    const { readEnd, writeEnd } = sys.pipe();
    sys.fork(function* (child) {
      child.close(readEnd);
      child.close(writeEnd);
      const { data, descriptors = [] } = yield* child.recv(theirs, 100, { rights: true });
      for (const fd of descriptors) yield* child.write(fd, encode(`got ${text(data)}`));
      return 0;
    });
    yield* sys.send(ours, encode('a pipe'), undefined, [writeEnd]);
    sys.close(writeEnd);
    // The pipe ends with the last of its descriptors, wherever that is.
    for (let chunk = yield* sys.read(readEnd, 100); chunk.length > 0; chunk = yield* sys.read(readEnd, 100)) {
      yield* say(sys, text(chunk));
    }
    yield* sys.waitpid(-1);
    return 0;
  });
  expect(lines(result)).toEqual(['got a pipe']);
});

test('what comes with one is not read together with what was before, and is lost to who does not ask', () => {
  const result = bootTest(function* (sys) {
    const [ours, theirs] = sys.socketpair('stream');
    const { readEnd, writeEnd } = sys.pipe();
    yield* sys.send(ours, encode('one'));
    yield* sys.send(ours, encode('two'), undefined, [writeEnd]);
    yield* sys.send(ours, encode('three'), undefined, [writeEnd]);
    sys.close(writeEnd);
    yield* say(sys, text((yield* sys.recv(theirs, 100)).data));
    yield* say(sys, text(yield* sys.read(theirs, 100)));
    // The third message is on its way still, and ends with its socket.
    sys.close(theirs);
    yield* say(sys, `end ${(yield* sys.read(readEnd, 100)).length}`);
    yield* say(sys, yield* errnoOfWait(() => sys.send(readEnd, encode('x'), undefined, [readEnd])));
    return 0;
  });
  expect(lines(result)).toEqual(['one', 'two', 'end 0', 'ENOTSOCK']);
});
