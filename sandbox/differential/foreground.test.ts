/** A container in the foreground, as a person at a terminal has it, on both kernels: the same keys, the same picture. */
import { describe, expect, it } from 'vitest';
import type { KernelHost, KernelTerminal } from '../../engine/kernel';
import { cannotBuildEngineTree } from '../../setup/engine-tree.mjs';
import { realHost, simulatedHost } from './hosts';
import { limits } from './run';

const availability = realHost().availability();
const obstacle = availability.available ? cannotBuildEngineTree() : availability.reason;
if (obstacle) console.warn(`skipped: containers in the foreground: ${obstacle}`);

const setup = `
mkdir -p /root/box/rootfs/bin && cd /root/box && cp /usr/bin/busybox rootfs/bin/
for name in sh cat grep stty tty sleep; do ln -s busybox rootfs/bin/$name; done
runc spec
configure() { jq "$1" config.json > changed.json && mv changed.json config.json; }
configure '.process.args = ["sh", "-c", "tty; stty size; read word; echo $word; until stty size | grep \\"20 70\\"; do :; done; cat; trap \\"exit 6\\" INT; echo over; read never; exit 5"]'
mkdir /root/short && cp -r rootfs config.json /root/short && cd /root/short
configure '.process.args = ["sh", "-c", "read word; echo $word; exit 4"]'
mkdir /root/idle && cp -r rootfs config.json /root/idle && cd /root/idle
configure '.process.terminal = false | .process.args = ["sleep", "1000"]'
`;

const patienceMs = 30_000;

/** Somebody who types when he has seen what he waits for, and remembers all he saw. */
class Person {
  #seen = '';
  #at = 0;
  #look: () => void = () => undefined;

  constructor(readonly terminal: KernelTerminal) {
    terminal.onData((data) => {
      this.#seen += new TextDecoder().decode(data);
      this.#look();
    });
  }

  /** Until that has come, after what was waited for before. */
  sees(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const patience = setTimeout(() => reject(new Error(`${text} never came after ${this.#seen}`)), patienceMs);
      this.#look = () => {
        const at = this.#seen.indexOf(text, this.#at);
        if (at < 0) return;
        clearTimeout(patience);
        this.#at = at + text.length;
        resolve();
      };
      this.#look();
    });
  }

  types(keys: string): Promise<void> {
    return this.terminal.write(new TextEncoder().encode(keys));
  }

  get seen(): string {
    return this.#seen;
  }
}

async function session(host: KernelHost): Promise<string> {
  const lab = await host.boot({
    id: 'foreground',
    machines: [{ id: 'lab', hostname: 'lab', setup }],
    links: [],
    limits,
  });
  try {
    const [machine] = lab.machines.values();
    if (!machine) throw new Error('the lab has no Machine');
    const env = { PS1: 'PROMPT ' };
    const argv = ['bash', '--norc', '--noprofile', '--noediting'];
    const terminal = await machine.openTerminal({ cols: 90, rows: 25, cwd: '/root/box', argv, env });
    const person = new Person(terminal);
    const line = async (text: string) => {
      await person.sees('PROMPT ');
      await person.types(`${text}\n`);
    };
    await line('stty -g > /tmp/before; runc run box');
    await person.sees('25 90');
    terminal.resize(70, 20);
    await person.types('word\n');
    await person.sees('20 70');
    await person.types('to cat\n');
    await person.sees('to cat\r\nto cat');
    await person.types('\x04');
    await person.sees('over');
    await person.types('\x03');
    await line('echo $?; runc list; stty -g | cmp - /tmp/before && echo as before');
    await person.sees('as before\r\n');
    await line('echo piped | runc run --bundle /root/short box; echo $?');
    await line('cd ../idle; runc run --detach idle < /dev/null > /dev/null 2>&1; runc exec idle tty');
    await line('runc exec --tty idle sh -c "tty; stty size; read word; exit 3"');
    await person.sees('20 70');
    await person.types('x\n');
    await line('echo $?; runc exec --tty --detach idle sh; echo $?');
    await line('runc exec --tty idle nothing; stty -g | cmp - /tmp/before && echo as before');
    await line('cd ../box; runc run --detach box; runc create box; setsid runc run box < /dev/null 2>&1 | cat');
    await line('runc delete --force idle; runc list --quiet; exit');
    await new Promise<void>((resolve) => void terminal.onExit(() => resolve()));
    return person.seen.replace(/time="[^"]*"/g, 'time=TIME');
  } finally {
    await lab.dispose();
  }
}

describe.skipIf(obstacle)('a container in the foreground', () => {
  it('has a terminal of its own, and the one it is shown at is as it was afterwards', {
    timeout: 120_000,
  }, async () => {
    const real = await session(realHost());
    expect(real).toContain('/dev/pts/0\r\n25 90\r\nword\r\nword\r\n20 70\r\nto cat\r\nto cat\r\nover\r\n^C');
    expect(real).toContain('\r\n6\r\n');
    expect(real.match(/\nas before\r/g)).toHaveLength(2);
    expect(await session(simulatedHost())).toBe(real);
  });
});
