/**
 * The interpreter of plans: a freestanding ELF program of a few hundred bytes, made here so that the target needs no
 * compiler. It maps the plan from descriptor 3 and runs its instructions; `code.ts` says what they mean.
 */
import {
  base,
  comparison,
  failureStatus,
  header,
  instruction,
  opcode,
  planFd,
  recordSize,
  reportFd,
} from '../../plan/image';
import { syscallNumber } from '../../plan/syscall-numbers';
import { Assembler } from './assembler';
import { codeAddress, elf } from './elf';

const SEEK_END = 2;
const PROT_READ_WRITE = 3;
const MAP_PRIVATE_FIXED = 0x12;
/** System calls return errors as -4095 .. -1 (syscall(2)). */
const lastError = -4095;

/** The program as the bytes of an executable file. */
export function interpreterImage(architecture: string = process.arch): Uint8Array {
  if (architecture !== 'x64') {
    throw new Error(`Machines can be started on x86-64 only: there is no interpreter for ${architecture} yet`);
  }
  return elf(assemble(mapPlan, giveUp));
}

/**
 * The interpreter with a plan in it, as an executable file. When a step of the plan fails nothing is reported: the program
 * and the argument of `fallback` are executed instead, with the arguments and the environment this one was started with.
 */
export function programImage(plan: Uint8Array, fallback: readonly [program: string, argument: string]): Uint8Array {
  const strings = Buffer.from(fallback.map((text) => `${text}\0`).join(''));
  const argument = Buffer.byteLength(fallback[0]) + 1;
  const build = (end: number) => assemble(keepStack, (asm) => executeInstead(asm, end, end + argument));
  // The strings lie behind the code, whose length does not depend on where that is.
  const end = codeAddress + build(0).byteLength;
  return elf(Buffer.concat([build(end), strings]), { address: base, bytes: plan });
}

type Code = (asm: Assembler) => void;
const number = (name: Parameters<typeof syscallNumber>[0]) => syscallNumber(name, 'x64');

/** The plan is on a descriptor. */
function mapPlan(asm: Assembler): void {
  asm.set('rdi', planFd).set('rsi', 0).set('rdx', SEEK_END).set('rax', number('lseek')).syscall();
  asm.move('rsi', 'rax').set('rdi', base).set('rdx', PROT_READ_WRITE).set('r10', MAP_PRIVATE_FIXED);
  asm.set('r8', planFd).set('r9', 0).set('rax', number('mmap')).syscall();
  asm.set('rdi', planFd).set('rax', number('close')).syscall();
}

function giveUp(asm: Assembler): void {
  asm.set('rcx', 1).call('send');
  asm.set('rdi', failureStatus).set('rax', number('exit_group')).syscall();
}

/** The plan is in the program. At the beginning the stack holds argc, the arguments, NULL, the environment, NULL. */
function keepStack(asm: Assembler): void {
  asm.move('r15', 'rsp');
}

/** Two strings in place of argc and argv[0] make an argument list of what is there. */
function executeInstead(asm: Assembler, program: number, argument: number): void {
  asm.move('rax', 'r15').load('rdx', { base: 'rax' }).set('rcx', 3).shiftLeft('rdx');
  asm.addNumber('rdx', 16).add('rdx', 'r15');
  asm.set('rcx', program).store({ base: 'rax' }, 'rcx');
  asm.set('rcx', argument).store({ base: 'rax', displacement: 8 }, 'rcx');
  asm.set('rdi', program).move('rsi', 'r15').set('rax', number('execve')).syscall();
  asm.set('rdi', failureStatus).set('rax', number('exit_group')).syscall();
}

function assemble(begin: Code, fail: Code): Uint8Array {
  const asm = new Assembler();

  // rbp: the image; rbx: the instruction. The kernel changes rax, rcx and r11 only.
  begin(asm);
  asm.set('rbp', base).address('rbx', { base: 'rbp', displacement: header.size });

  // Copy the arguments to the header, reading those that are addresses of results.
  asm.label('next').loadByte('r12', { base: 'rbx', displacement: instruction.mask }).set('rcx', 0);
  asm.label('argument').load('rax', { base: 'rbx', index: 'rcx', displacement: instruction.arguments });
  asm.testBit('r12', 'rcx').jumpIf('nc', 'direct').load('rax', { base: 'rax' });
  asm.label('direct').store({ base: 'rbp', index: 'rcx', displacement: header.arguments }, 'rax');
  asm.addNumber('rcx', 1).compareNumber('rcx', 6).jumpIf('ne', 'argument');

  const argument = (index: number) => ({ base: 'rbp', displacement: header.arguments + 8 * index }) as const;
  asm.loadByte('rax', { base: 'rbx' });
  asm.compareNumber('rax', opcode.unless).jumpIf('e', 'unless');
  asm.compareNumber('rax', opcode.report).jumpIf('e', 'report');
  asm.compareNumber('rax', opcode.set).jumpIf('e', 'set');

  asm.load('rdi', argument(0)).load('rsi', argument(1)).load('rdx', argument(2));
  asm.load('r10', argument(3)).load('r8', argument(4)).load('r9', argument(5));
  asm.load('rax', { base: 'rbx', displacement: instruction.number }).syscall();
  asm.load('rcx', { base: 'rbx', displacement: instruction.result }).test('rcx').jumpIf('e', 'judge');
  asm.store({ base: 'rcx' }, 'rax');
  asm.label('judge').compareNumber('rax', lastError).jumpIf('b', 'advance');
  asm.load('rcx', { base: 'rbx', displacement: instruction.except });
  asm.compareNumber('rcx', -1).jumpIf('e', 'advance').test('rcx').jumpIf('e', 'failed');
  asm.label('scan').load('rdx', { base: 'rcx' }).test('rdx').jumpIf('e', 'failed');
  asm.add('rdx', 'rax').jumpIf('e', 'advance').addNumber('rcx', 8).jump('scan');
  fail(asm.label('failed'));
  asm.label('advance').addNumber('rbx', instruction.size).jump('next');

  asm.label('unless').load('rax', argument(0)).load('rdx', argument(1)).load('rcx', argument(2));
  asm.compareNumber('rcx', comparison['!=']).jumpIf('e', 'differ');
  asm.compareNumber('rcx', comparison['<']).jumpIf('e', 'less');
  asm.compareNumber('rcx', comparison['>=']).jumpIf('e', 'reach');
  asm.compare('rax', 'rdx').jumpIf('e', 'advance').jump('goto');
  asm.label('differ').compare('rax', 'rdx').jumpIf('ne', 'advance').jump('goto');
  asm.label('less').compare('rax', 'rdx').jumpIf('l', 'advance').jump('goto');
  asm.label('reach').compare('rax', 'rdx').jumpIf('ge', 'advance');
  asm.label('goto').load('rbx', { base: 'rbx', displacement: instruction.number }).jump('next');

  asm.label('report').load('rax', argument(0)).set('rcx', 0).call('send').jump('advance');

  asm.label('set').load('rax', argument(0)).load('rcx', argument(1)).shiftRight('rax').and('rax', argument(2));
  asm.load('rcx', argument(3)).shiftLeft('rax').or('rax', argument(4));
  asm.load('rcx', { base: 'rbx', displacement: instruction.result }).store({ base: 'rcx' }, 'rax').jump('advance');

  const record = (index: number) => ({ base: 'rbp', displacement: header.record + 8 * index }) as const;
  asm.label('send').store(record(0), 'rbx').store(record(1), 'rcx').store(record(2), 'rax');
  asm.set('rdi', reportFd).address('rsi', record(0)).set('rdx', recordSize).set('rax', number('write')).syscall();
  return asm.return().finish();
}
