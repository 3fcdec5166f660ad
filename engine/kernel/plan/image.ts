/**
 * The form a plan has in memory, shared by the compiler and the interpreter.
 *
 * A plan is one image, mapped at `base`. It begins with a header, then come the instructions, each `instructionSize`
 * bytes, then strings, structures and results. Addresses in it are absolute. All words are 64 bits, little-endian.
 */

/** Where the image is mapped: above the interpreter, below everything the kernel places. */
export const base = 0x10000000;

/** Header: two reserved words, six words of resolved arguments, three words of the record to be reported. */
export const header = { arguments: 16, record: 64, size: 96 } as const;

/** Descriptors the interpreter is started with. */
export const planFd = 3;
export const reportFd = 4;

/**
 * An instruction: opcode (byte 0), mask of the arguments that are addresses of words (byte 1); number or target;
 * six arguments; address of the result, or 0; address of a 0-terminated list of errors that are no failure, 0 or `anyError`.
 */
export const instruction = { mask: 1, number: 8, arguments: 16, result: 64, except: 72, size: 80 } as const;
export const anyError = 0xffffffffffffffffn;

export const opcode = {
  /** number(arguments...) */
  call: 0,
  /** Goes to `number` unless argument 0 compares with argument 1 as argument 2 (a `comparison`) says. */
  unless: 1,
  /** Reports argument 0. */
  report: 2,
  /** result = (((argument 0 >> argument 1) & argument 2) << argument 3) | argument 4 */
  set: 3,
} as const;

export const comparison = { '==': 0, '!=': 1, '<': 2, '>=': 3 } as const;

/** A report: address of the instruction, 0 for a report or 1 for a failure, the value (a negative errno on failure). */
export const recordSize = 24;
/** Exit status of a process whose plan failed. */
export const failureStatus = 125;
