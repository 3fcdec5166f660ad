/**
 * A client of a few hundred bytes for a resident engine: the program others execute. It tells its process id to whoever
 * listens at a unix socket, waits for one byte, and ends with that as its exit status. What it was executed with (arguments,
 * environment, descriptors, namespaces) the engine reads from /proc/PID, for as long as it waits.
 *
 * When nobody listens, or the answer is `declined`, it becomes another program: `program` with `script` and all of its own
 * arguments, its own name (`argv[0]`) as the first.
 */
import { syscallNumber } from '../../plan/syscall-numbers';
import { Assembler } from '../birth/assembler';
import { codeAddress, elf } from '../birth/elf';

export interface ClientTarget {
  /** Path of the socket: at most 107 bytes (unix(7)). */
  socket: string;
  program: string;
  script: string;
}

/** An answer that is no exit status: let the other program do it. */
export const declined = 255;

const AF_UNIX = 1;
const SOCK_STREAM_CLOEXEC = 1 | 0o2000000;
/** Not among those a plan can make. */
const connect = 42;
/** When the engine dies before it has answered. */
const unanswered = 1;
const cannotExecute = 127;
const longestPath = 107;

/** The program as the bytes of an executable file. Errors: for a path that does not fit; on other architectures. */
export function clientImage(target: ClientTarget, architecture: string = process.arch): Uint8Array {
  if (architecture !== 'x64') throw new Error(`there is no client for ${architecture} yet, only for x86-64`);
  if (Buffer.byteLength(target.socket) > longestPath)
    throw new Error(`the socket's path has more than ${longestPath} bytes: ${target.socket}`);
  const data = layOut(target);
  // Addresses do not change the length of the code: the first time they only take their places.
  const length = assemble(data, 0).byteLength;
  return elf(Buffer.concat([assemble(data, codeAddress + length), data.bytes]));
}

interface Data {
  bytes: Buffer;
  /** Where in it things are. */
  address: number;
  addressLength: number;
  program: number;
  script: number;
}

function layOut({ socket, program, script }: ClientTarget): Data {
  const family = Buffer.alloc(2);
  family.writeUInt16LE(AF_UNIX);
  const address = Buffer.concat([family, Buffer.from(`${socket}\0`)]);
  const programText = Buffer.from(`${program}\0`);
  const bytes = Buffer.concat([address, programText, Buffer.from(`${script}\0`)]);
  const scriptAt = address.length + programText.length;
  return { bytes, address: 0, addressLength: address.length, program: address.length, script: scriptAt };
}

function assemble(data: Data, start: number): Uint8Array {
  const number = (name: Parameters<typeof syscallNumber>[0]) => syscallNumber(name, 'x64');
  const asm = new Assembler();
  // rbp: where argc is, with the arguments and the environment above; r12: the socket. Two words below are ours.
  const scratch = { base: 'rbp', displacement: -16 } as const;
  asm.move('rbp', 'rsp');
  asm.set('rdi', AF_UNIX).set('rsi', SOCK_STREAM_CLOEXEC).set('rdx', 0).set('rax', number('socket')).syscall();
  asm.compareNumber('rax', 0).jumpIf('l', 'become').move('r12', 'rax');
  asm
    .move('rdi', 'r12')
    .set('rsi', start + data.address)
    .set('rdx', data.addressLength)
    .set('rax', connect)
    .syscall();
  asm.compareNumber('rax', 0).jumpIf('ne', 'become');

  asm.set('rax', number('getpid')).syscall().store(scratch, 'rax');
  asm.move('rdi', 'r12').address('rsi', scratch).set('rdx', 8).set('rax', number('write')).syscall();
  asm.move('rdi', 'r12').address('rsi', scratch).set('rdx', 1).set('rax', number('read')).syscall();
  asm.compareNumber('rax', 1).jumpIf('ne', 'unanswered');
  asm.loadByte('rdi', scratch).compareNumber('rdi', declined).jumpIf('e', 'become').jump('exit');
  asm.label('unanswered').set('rdi', unanswered);
  asm.label('exit').set('rax', number('exit_group')).syscall();

  // The two words before argv[0], of which argc is one, become the program and its first argument.
  asm.label('become').load('rcx', { base: 'rbp' });
  asm.set('rax', start + data.program).store({ base: 'rbp', displacement: -8 }, 'rax');
  asm.set('rax', start + data.script).store({ base: 'rbp' }, 'rax');
  asm.set('rdi', start + data.program).address('rsi', { base: 'rbp', displacement: -8 });
  asm.address('rdx', { base: 'rbp', index: 'rcx', displacement: 16 }).set('rax', number('execve')).syscall();
  return asm.set('rdi', cannotExecute).set('rax', number('exit_group')).syscall().finish();
}
