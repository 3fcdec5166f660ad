/**
 * Calls of plugins as they passed, one file a call, for whoever looks on: `/var/log/cni/000001.json`. Whoever executes a plugin
 * writes it, and tells the plugin its number in the environment; so a delegate's record names the call it was made by.
 * Where the directory is missing, or may not be written to, nothing is recorded, and the call is made all the same.
 */
import { z } from 'zod';
import type { Invocation, Outcome } from '../executor';
import type { LeaseFiles } from '../files';
import type { Environment } from '../spec';

export const recordDirectory = '/var/log/cni';
/** Number of the call a plugin is in. */
const variable = 'UNDERLAY_CNI_CALL';
const mostKept = 200;
/** What stands for a status where there is none: a signal ended the plugin, or it could not be started. */
const noStatus = 255;

const RecordSchema = z.object({
  number: z.number().int(),
  /** Of the call this one was made by. */
  parent: z.number().int().nullable(),
  command: z.string(),
  plugin: z.string(),
  /** What of it is CNI's. */
  environment: z.record(z.string(), z.string()),
  stdin: z.string(),
  stdout: z.string(),
  stderr: z.string(),
  /** Null while it runs. */
  exitCode: z.number().int().nullable(),
});

type CallRecord = z.infer<typeof RecordSchema>;

export class CallRecords {
  constructor(
    private readonly files: LeaseFiles,
    private readonly directory = recordDirectory,
  ) {}

  /** Makes the call, with a record of it. */
  async around(
    plugin: string,
    invocation: Invocation,
    run: (invocation: Invocation) => Promise<Outcome>,
  ): Promise<Outcome> {
    const record = await this.#quietly(() => this.#begin(plugin, invocation));
    if (!record) return run(invocation);
    const environment = { ...invocation.environment, [variable]: String(record.number) };
    try {
      const outcome = await run({ ...invocation, environment });
      const { stdout, stderr, exitCode } = outcome;
      await this.#quietly(() => this.#keep({ ...record, stdout, stderr, exitCode: exitCode ?? noStatus }));
      return outcome;
    } catch (error) {
      const stderr = error instanceof Error ? error.message : String(error);
      await this.#quietly(() => this.#keep({ ...record, stderr, exitCode: noStatus }));
      throw error;
    }
  }

  /** Whether whoever executed this plugin records the call it is in; nobody does when it was called by hand. */
  async has(plugin: string, environment: Environment): Promise<boolean> {
    const number = numberIn(environment);
    const text = number === null ? null : await this.files.read(this.#path(number));
    if (text === null) return false;
    const record = RecordSchema.safeParse(parsed(text)).data;
    return record?.plugin === plugin && record.exitCode === null;
  }

  async #begin(plugin: string, { environment, stdin }: Invocation): Promise<CallRecord> {
    const release = await this.files.lock(`${this.directory}/.lock`);
    try {
      const numbers = (await this.files.list(this.directory)).flatMap(
        (name) => /^(\d{6,})\.json$/.exec(name)?.[1] ?? [],
      );
      const number = Math.max(0, ...numbers.map(Number)) + 1;
      const ofCni = Object.entries(environment).filter(([name]) => name.startsWith('CNI_'));
      const record: CallRecord = {
        number,
        parent: numberIn(environment),
        command: environment.CNI_COMMAND ?? '',
        plugin,
        environment: Object.fromEntries(ofCni),
        stdin,
        stdout: '',
        stderr: '',
        exitCode: null,
      };
      await this.#keep(record);
      const old = numbers.map(Number).filter((one) => one <= number - mostKept);
      for (const one of old) await this.files.remove(this.#path(one));
      return record;
    } finally {
      release();
    }
  }

  #keep(record: CallRecord): Promise<void> {
    return this.files.write(this.#path(record.number), `${JSON.stringify(record, null, 2)}\n`);
  }

  #path(number: number): string {
    return `${this.directory}/${String(number).padStart(6, '0')}.json`;
  }

  /** A record is for onlookers: that it cannot be kept is no reason to fail. */
  async #quietly<T>(work: () => Promise<T>): Promise<T | null> {
    try {
      return await work();
    } catch {
      return null;
    }
  }
}

function numberIn(environment: Environment): number | null {
  const text = environment[variable] ?? '';
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
