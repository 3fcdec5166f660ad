/**
 * crun in a mount namespace without cgroup version 2: it refuses a host that has both versions. A shell in it is told the
 * names of containers, so that nothing but crun is measured.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export function startCrun(bundle: string) {
  const script = `
    while read -r kind place; do umount "$place" 2>/dev/null; done
    exec 0<&3
    while read -r id; do crun run --bundle ${bundle} "$id" < /dev/null > /dev/null; echo $?; done`;
  const setup = `awk '$3 == "cgroup2" { print $3, $2 }' /proc/self/mounts | { ${script}
  }`;
  const child = spawn('unshare', ['--mount', 'sh', '-c', `exec 3<&0; ${setup}`], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    async run(id: string): Promise<void> {
      child.stdin.write(`${id}\n`);
      const { value } = await answers.next();
      if (value !== '0') throw new Error(`crun ended with ${value}`);
    },
    async stop(): Promise<void> {
      child.stdin.end();
      await ended;
    },
  };
}
