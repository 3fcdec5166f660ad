/** What BusyBox's own applets share: how they are told options, and what they say when those are wrong (libbb). */
import type { Blocking, Program, Sys } from '../../kernel/sim';
import { Output, writeAll } from '../lib/io';
import { type OptionSpec, type ParsedOptions, parseOptions, UsageError } from '../lib/options';

export const release = 'BusyBox v1.35.0 (Debian 1:1.35.0-4+deb12u1+b1)';
export const version = `${release} multi-call binary.`;

export interface AppletCall {
  sys: Sys;
  options: ParsedOptions;
  out: Output;
  env: Readonly<Record<string, string>>;
}

export interface AppletSpec {
  name: string;
  options: readonly OptionSpec[];
  /** After `Usage: `: the synopsis, and what it is for. */
  usage: string;
  run(call: AppletCall): Blocking<number>;
}

/** Ends an applet with a message behind its name. */
export class AppletError extends Error {
  constructor(
    message: string,
    readonly status = 1,
  ) {
    super(message);
  }
}

/** Shows how it is used, and ends. */
export class ShowUsage extends Error {
  constructor(readonly status = 1) {
    super('usage');
  }
}

export function makeApplet({ name, options: specs, usage, run }: AppletSpec): Program {
  const usageText = `${version}\n\nUsage: ${usage}\n`;
  return function* applet(sys, argv, env): Blocking<number> {
    const out = new Output(sys);
    try {
      if (argv.includes('--help')) throw new ShowUsage(0);
      const options = parseOptions(argv.slice(1), specs);
      const status = yield* run({ sys, options, out, env });
      yield* out.flush();
      return status;
    } catch (error) {
      yield* out.flush();
      if (error instanceof AppletError) {
        yield* writeAll(sys, 2, `${name}: ${error.message}\n`);
        return error.status;
      }
      if (error instanceof UsageError) yield* writeAll(sys, 2, `${name}: ${error.message}\n${usageText}`);
      else if (error instanceof ShowUsage) {
        yield* writeAll(sys, 2, usageText);
        return error.status;
      } else throw error;
      return 1;
    }
  };
}

/** `4.9K`, `23.5G`: one figure behind the point, as make_human_readable_str has it. */
export function human(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < 5) {
    value /= 1024;
    unit++;
  }
  if (unit === 0) return String(bytes);
  return `${(Math.round(value * 10) / 10).toFixed(1)}${'KMGTP'[unit - 1]}`;
}
