/** As much of an x86-64 assembler as the interpreter needs (Intel SDM, volume 2). All jumps are 32 bits wide. */

const registers = [
  'rax',
  'rcx',
  'rdx',
  'rbx',
  'rsp',
  'rbp',
  'rsi',
  'rdi',
  'r8',
  'r9',
  'r10',
  'r11',
  'r12',
  'r13',
  'r14',
  'r15',
] as const;
export type Register = (typeof registers)[number];

/** Condition codes of `Jcc`. */
const conditions = { b: 0x2, nc: 0x3, e: 0x4, ne: 0x5, l: 0xc, ge: 0xd } as const;
export type JumpCondition = keyof typeof conditions;

/** `[base + index * 8 + displacement]` */
export interface Address {
  base: 'rax' | 'rcx' | 'rbx' | 'rbp';
  index?: 'rcx';
  displacement?: number;
}

export class Assembler {
  readonly #bytes: number[] = [];
  readonly #labels = new Map<string, number>();
  readonly #jumps: Array<{ at: number; label: string }> = [];

  label(name: string): this {
    this.#labels.set(name, this.#bytes.length);
    return this;
  }

  /** Loads a number of 31 bits; the upper half becomes zero. */
  set(register: Register, value: number): this {
    const number = registers.indexOf(register);
    if (number >= 8) this.#bytes.push(0x41);
    this.#bytes.push(0xb8 + (number & 7));
    return this.#word32(value);
  }

  move(to: Register, from: Register): this {
    return this.#registerPair(0x89, from, to);
  }

  load(to: Register, from: Address): this {
    return this.#withMemory([0x8b], to, from);
  }

  /** Loads one byte; the rest becomes zero. */
  loadByte(to: Register, from: Address): this {
    return this.#withMemory([0x0f, 0xb6], to, from);
  }

  store(to: Address, from: Register): this {
    return this.#withMemory([0x89], from, to);
  }

  address(to: Register, of: Address): this {
    return this.#withMemory([0x8d], to, of);
  }

  and(register: Register, memory: Address): this {
    return this.#withMemory([0x23], register, memory);
  }

  or(register: Register, memory: Address): this {
    return this.#withMemory([0x0b], register, memory);
  }

  add(to: Register, from: Register): this {
    return this.#registerPair(0x01, from, to);
  }

  compare(left: Register, right: Register): this {
    return this.#registerPair(0x39, right, left);
  }

  test(register: Register): this {
    return this.#registerPair(0x85, register, register);
  }

  /** Carry = bit number `index` of `of`. */
  testBit(of: Register, index: Register): this {
    this.#rex(index, of);
    this.#bytes.push(0x0f, 0xa3, this.#direct(index, of));
    return this;
  }

  /** Adds a sign-extended 32-bit number. */
  addNumber(register: Register, value: number): this {
    return this.#withNumber(0, register, value);
  }

  /** Compares with a sign-extended 32-bit number. */
  compareNumber(register: Register, value: number): this {
    return this.#withNumber(7, register, value);
  }

  /** Shifts by the number in cl. */
  shiftRight(register: Register): this {
    return this.#shift(5, register);
  }

  shiftLeft(register: Register): this {
    return this.#shift(4, register);
  }

  jump(label: string): this {
    this.#bytes.push(0xe9);
    return this.#target(label);
  }

  jumpIf(condition: JumpCondition, label: string): this {
    this.#bytes.push(0x0f, 0x80 + conditions[condition]);
    return this.#target(label);
  }

  call(label: string): this {
    this.#bytes.push(0xe8);
    return this.#target(label);
  }

  return(): this {
    this.#bytes.push(0xc3);
    return this;
  }

  syscall(): this {
    this.#bytes.push(0x0f, 0x05);
    return this;
  }

  finish(): Uint8Array {
    const code = Buffer.from(this.#bytes);
    for (const { at, label } of this.#jumps) {
      const target = this.#labels.get(label);
      if (target === undefined) throw new Error(`no label ${label}`);
      code.writeInt32LE(target - (at + 4), at);
    }
    return code;
  }

  #target(label: string): this {
    this.#jumps.push({ at: this.#bytes.length, label });
    return this.#word32(0);
  }

  #shift(extension: number, register: Register): this {
    this.#rex('rax', register);
    this.#bytes.push(0xd3, 0xc0 | (extension << 3) | (registers.indexOf(register) & 7));
    return this;
  }

  #withNumber(extension: number, register: Register, value: number): this {
    this.#rex('rax', register);
    this.#bytes.push(0x81, 0xc0 | (extension << 3) | (registers.indexOf(register) & 7));
    return this.#word32(value);
  }

  #registerPair(code: number, field: Register, operand: Register): this {
    this.#rex(field, operand);
    this.#bytes.push(code, this.#direct(field, operand));
    return this;
  }

  #withMemory(code: readonly number[], register: Register, memory: Address): this {
    this.#rex(register, memory.base);
    const field = (registers.indexOf(register) & 7) << 3;
    // Always a 32-bit displacement: mod = 10.
    if (memory.index) {
      this.#bytes.push(
        ...code,
        0x84 | field,
        0xc0 | (registers.indexOf(memory.index) << 3) | registers.indexOf(memory.base),
      );
    } else {
      this.#bytes.push(...code, 0x80 | field | registers.indexOf(memory.base));
    }
    return this.#word32(memory.displacement ?? 0);
  }

  #direct(field: Register, operand: Register): number {
    return 0xc0 | ((registers.indexOf(field) & 7) << 3) | (registers.indexOf(operand) & 7);
  }

  /** REX.W with the high bits of the ModRM fields. */
  #rex(field: Register, operand: Register): void {
    this.#bytes.push(0x48 | (registers.indexOf(field) >= 8 ? 4 : 0) | (registers.indexOf(operand) >= 8 ? 1 : 0));
  }

  #word32(value: number): this {
    const word = Buffer.alloc(4);
    word.writeInt32LE(value);
    this.#bytes.push(...word);
    return this;
  }
}
