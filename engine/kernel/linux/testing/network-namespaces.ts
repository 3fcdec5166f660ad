/** For tests: network namespaces made by ip-netns(8), and what its programs say in them. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Prints why and returns true when this machine lets nobody make network namespaces. */
export function cannotMakeNetworks(...programs: string[]): boolean {
  const reason = whyNot(['/usr/sbin/ip', ...programs]);
  if (reason) console.warn(`skipped, no network namespaces here: ${reason}`);
  return reason !== null;
}

function whyNot(programs: string[]): string | null {
  if (process.getuid?.() !== 0) return 'only root can make them';
  const missing = programs.filter((program) => !existsSync(program));
  return missing.length > 0 ? `${missing.join(', ')} missing` : null;
}

let made = 0;

/** A namespace of the test's own; `dispose` removes it with all that is in it. */
export class TestNetwork {
  readonly name = `underlay-test-${process.pid}-${++made}`;
  readonly path = `/run/netns/${this.name}`;

  constructor() {
    execFileSync('ip', ['netns', 'add', this.name]);
  }

  /** What a program prints that runs in there. Throws with its error output when it fails. */
  run(program: string, ...args: string[]): string {
    const { status, stdout, stderr } = this.attempt(program, ...args);
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr}`);
    return stdout;
  }

  attempt(program: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync('ip', ['netns', 'exec', this.name, program, ...args], { encoding: 'utf8', timeout: 30_000 });
  }

  dispose(): void {
    execFileSync('ip', ['netns', 'delete', this.name]);
  }
}
