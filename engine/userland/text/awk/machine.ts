/** Runs a program of awk: BEGIN, the rules for each record, END. */
import { type Blocking, isSysError, type Sys, strerror } from '../../../kernel/sim';
import { Held } from '../../lib/held';
import { closeInput, openInput } from '../common/input';
import type { Environment } from '../common/spawn';
import type { AwkProgram, Rule } from './ast';
import { type Code, evaluate } from './code';
import { unescapeString } from './escapes';
import { GlibcRandom } from './random';
import { Runtime } from './runtime';
import { findArrays, type Scopes } from './scopes';
import { Leave, type Run, StatementCompiler } from './statements';
import { AwkStreamError, nameText, RecordReader, Streams } from './streams';
import { InputText, isTrue, toNumber, type Value } from './values';

/** So many rounds of loops and records are one look at what the variables take. */
const pausesAMeasure = 256;

interface CompiledRule {
  kind: Rule['pattern']['kind'];
  tests: Code[];
  action: Run;
  isOpen: boolean;
}

export class Machine {
  readonly runtime = new Runtime();
  readonly streams: Streams;
  readonly scopes: Scopes;
  readonly random: GlibcRandom;
  depth = 0;
  returned: Value;
  #status = 0;
  #reader: RecordReader | null = null;
  #nextOperand = 1;
  #hadFile = false;
  #isOver = false;
  readonly #functions = new Map<string, Run>();
  readonly #held: Held;
  #pauses = 0;

  constructor(
    readonly sys: Sys,
    env: Environment,
    private readonly program: AwkProgram,
  ) {
    this.scopes = findArrays(program);
    this.#held = new Held(sys);
    this.streams = new Streams(sys, env, this.runtime);
    const [a = 1, b = 0, c = 0] = sys.random(3);
    this.random = new GlibcRandom(a + b * 256 + c * 65_536);
  }

  seconds(): number {
    return Math.floor(this.sys.clockGettime('realtime') / 1e9);
  }

  setStatus(value: Value): void {
    this.#status = Math.trunc(toNumber(value)) & 255;
  }

  /** Between the rounds of a loop: lets others run and passes on what was printed. */
  *pause(): Blocking<void> {
    if (this.streams.shouldDrain) yield* this.streams.drain();
    if (++this.#pauses % pausesAMeasure === 0) this.#held.add(this.runtime.size - this.#held.bytes);
    yield* this.sys.checkpoint();
  }

  *run(): Blocking<number> {
    const outside = new StatementCompiler(this, null);
    for (const declared of this.program.functions.values()) {
      this.#functions.set(declared.name, new StatementCompiler(this, declared).compile(declared.body));
    }
    const begin = this.program.begin.map((statement) => outside.compile(statement));
    const rules = this.program.rules.map((rule) => compileRule(outside, rule));
    const end = this.program.end.map((statement) => outside.compile(statement));
    let goesOn = yield* this.#runAll(begin);
    if (goesOn && (rules.length > 0 || end.length > 0)) goesOn = yield* this.#runRules(rules);
    // `exit` still runs END, unless it is there already.
    yield* this.#runAll(end);
    yield* this.streams.closeAll();
    return this.#status;
  }

  /** False when the program said `exit`. */
  *#runAll(runs: readonly Run[]): Blocking<boolean> {
    try {
      for (const run of runs) {
        if (run.now) run.now();
        else yield* run.later();
        yield* this.pause();
      }
      return true;
    } catch (error) {
      if (error instanceof Leave && error.kind === 'exit') return false;
      throw error;
    }
  }

  *#runRules(rules: CompiledRule[]): Blocking<boolean> {
    for (;;) {
      const record = yield* this.nextMainRecord(true);
      if (typeof record === 'number') return true;
      yield* this.pause();
      try {
        for (const rule of rules) {
          if (!(yield* this.#applies(rule))) continue;
          if (rule.action.now) rule.action.now();
          else yield* rule.action.later();
        }
      } catch (error) {
        if (!(error instanceof Leave)) throw error;
        if (error.kind === 'exit') return false;
        if (error.kind === 'nextfile') this.#closeFile();
      }
    }
  }

  *#applies(rule: CompiledRule): Blocking<boolean> {
    const [first, last] = rule.tests;
    if (first === undefined) return true;
    if (rule.kind === 'test') return isTrue(yield* evaluate(first));
    if (!rule.isOpen) {
      if (!isTrue(yield* evaluate(first))) return false;
      rule.isOpen = true;
    }
    if (last && isTrue(yield* evaluate(last))) rule.isOpen = false;
    return true;
  }

  *callFunction(name: string): Blocking<Value> {
    const run = this.#functions.get(name);
    this.returned = undefined;
    const flow = run?.now ? run.now() : run?.later ? yield* run.later() : 'on';
    return flow === 'return' ? this.returned : undefined;
  }

  /** The next record of the operands, set as $0 when asked; 0 at the end. */
  *nextMainRecord(sets: boolean): Blocking<string | number> {
    for (;;) {
      if (this.#isOver) return 0;
      if (this.#reader === null && !(yield* this.#openNext())) {
        this.#isOver = true;
        return 0;
      }
      const record = this.#reader === null ? null : yield* this.#read(this.#reader);
      if (record === null) {
        this.#closeFile();
        continue;
      }
      this.runtime.set('NR', toNumber(this.runtime.get('NR')) + 1);
      this.runtime.set('FNR', toNumber(this.runtime.get('FNR')) + 1);
      if (sets) this.runtime.setRecord(record);
      return record;
    }
  }

  /** -1 where it cannot be read, 0 at its end. */
  *readFrom(kind: 'file' | 'command', name: string): Blocking<string | number> {
    const reader = yield* this.streams.reader(kind, name);
    if (reader === null) return -1;
    try {
      return (yield* reader.next()) ?? 0;
    } catch (error) {
      if (!isSysError(error)) throw error;
      return -1;
    }
  }

  *#read(reader: RecordReader): Blocking<string | null> {
    try {
      return yield* reader.next();
    } catch (error) {
      if (!isSysError(error)) throw error;
      throw new AwkStreamError(`read error (${strerror(error.errno)})`);
    }
  }

  #closeFile(): void {
    if (this.#reader !== null) closeInput(this.sys, this.#reader.fd);
    this.#reader = null;
  }

  /** Goes on to the next operand that is a file; assignments on the way are done. */
  *#openNext(): Blocking<boolean> {
    const { runtime } = this;
    for (;;) {
      const index = this.#nextOperand++;
      if (index >= toNumber(runtime.get('ARGC'))) {
        if (this.#hadFile) return false;
        this.#hadFile = true;
        this.#reader = new RecordReader(this.sys, 0, runtime);
        return true;
      }
      const operand = runtime.text(
        runtime.array('ARGV').has(String(index)) ? runtime.array('ARGV').get(String(index)) : '',
      );
      if (operand === '') continue;
      const [, name, value = ''] = /^([A-Za-z_]\w*)=([\s\S]*)$/.exec(operand) ?? [];
      if (name !== undefined) {
        this.assign(name, value);
        continue;
      }
      this.#hadFile = true;
      const opened = yield* openInput(this.sys, nameText(operand));
      if ('errno' in opened) throw new AwkStreamError(`cannot open ${operand} (${strerror(opened.errno)})`);
      runtime.set('FILENAME', operand);
      runtime.set('FNR', 0);
      this.#reader = new RecordReader(this.sys, opened.fd, runtime);
      return true;
    }
  }

  /** `-v name=value`, or an operand like that. */
  assign(name: string, value: string): void {
    this.runtime.set(name, new InputText(unescapeString(value)));
  }
}

function compileRule(compiler: StatementCompiler, { pattern, action }: Rule): CompiledRule {
  const tests =
    pattern.kind === 'test' ? [pattern.test] : pattern.kind === 'range' ? [pattern.first, pattern.last] : [];
  return {
    kind: pattern.kind,
    tests: tests.map((test) => compiler.expression(test)),
    isOpen: false,
    action: compiler.compile(action ?? { kind: 'print', args: [], redirection: null }),
  };
}
