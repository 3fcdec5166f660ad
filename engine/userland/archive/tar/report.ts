/** What tar says while it works: names of members, warnings, errors, and what status it ends with. */
import { type Blocking, type Errno, type Sys, strerror } from '../../../kernel/sim';
import { Output, writeAll } from '../../lib/io';
import { quoteArg } from '../../lib/quote';
import { unsafePrefix } from './names';

export class Report {
  /** 1: some files differ; 2: something could not be done. */
  status = 0;
  readonly #out: Output;
  readonly #told = new Set<string>();

  /** `listing`: where names of members go. */
  constructor(
    private readonly sys: Sys,
    private readonly listing: 1 | 2,
    env: Readonly<Record<string, string>>,
  ) {
    this.#out = new Output(sys, listing, env);
  }

  *line(text: string): Blocking<void> {
    yield* this.#out.line(text);
    if (this.listing === 2) yield* this.#out.flush();
  }

  *flush(): Blocking<void> {
    yield* this.#out.flush();
  }

  /** Names as they are shown: what is no printable character escaped. */
  shown(name: string): string {
    return quoteArg(name, 'escape');
  }

  *warn(text: string): Blocking<void> {
    yield* this.#out.flush();
    yield* writeAll(this.sys, 2, `tar: ${text}\n`);
  }

  *fail(text: string, status = 2): Blocking<void> {
    this.status = Math.max(this.status, status);
    yield* this.warn(text);
  }

  /** `tar: NAME: Cannot WHAT: REASON`. */
  *cannot(name: string, what: string, errno: Errno): Blocking<void> {
    yield* this.fail(`${this.shown(name)}: Cannot ${what}: ${strerror(errno)}`);
  }

  /** The name without what leads out; says so once for each such beginning. */
  *safe(name: string, what: 'member names' | 'hard link targets', areAbsoluteMeant: boolean): Blocking<string> {
    if (areAbsoluteMeant) return name;
    const prefix = unsafePrefix(name);
    if (prefix !== '') yield* this.#once(`Removing leading \`${prefix}' from ${what}`);
    const rest = name.slice(prefix.length);
    if (rest !== '') return rest;
    yield* this.#once(`Substituting \`.' for empty ${what.slice(0, -1)}`);
    return '.';
  }

  *#once(text: string): Blocking<void> {
    if (this.#told.has(text)) return;
    this.#told.add(text);
    yield* this.warn(text);
  }
}
