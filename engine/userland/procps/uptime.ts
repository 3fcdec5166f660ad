/** uptime(1) and w(1): since when the system is up, and who is here. Nobody ever logs in on a Machine. */
import { makeCommand } from '../lib/command';
import { calendar, strftime } from '../lib/time';
import { uptimeLine, uptimeSeconds } from './common';

export const uptime = makeCommand({
  name: 'uptime',
  options: [
    { short: 'p', long: 'pretty' },
    { short: 's', long: 'since' },
  ],
  usage: `
Usage:
 uptime [options]

Options:
 -p, --pretty   in words
 -s, --since    the time of the start

 -h, --help
 -V, --version

For more details see uptime(1).
`,
  version: 'uptime from procps-ng 4.0.2',
  *run(command) {
    const { sys } = command;
    const seconds = yield* uptimeSeconds(sys);
    if (command.has('pretty')) yield* command.line(pretty(Math.floor(seconds)));
    else if (command.has('since')) {
      const start = Math.floor(sys.clockGettime('realtime') / 1e9 - seconds);
      yield* command.line(strftime('%Y-%m-%d %H:%M:%S', calendar(start)));
    } else yield* command.line(yield* uptimeLine(sys));
  },
});

function pretty(seconds: number): string {
  const parts: Array<[number, string]> = [
    [Math.floor(seconds / 604_800), 'week'],
    [Math.floor(seconds / 86_400) % 7, 'day'],
    [Math.floor(seconds / 3600) % 24, 'hour'],
    [Math.floor(seconds / 60) % 60, 'minute'],
  ];
  const shown = parts.filter(([count]) => count > 0);
  const words = (shown.length > 0 ? shown : [[0, 'minute'] as const]).map(
    ([count, word]) => `${count} ${word}${count === 1 ? '' : 's'}`,
  );
  return `up ${words.join(', ')}`;
}

export const w = makeCommand({
  name: 'w',
  options: [
    { short: 'h', long: 'no-header' },
    { short: 'u', long: 'no-current' },
    { short: 's', long: 'short' },
    { short: 'f', long: 'from' },
    { short: 'o', long: 'old-style' },
    { short: 'i', long: 'ip-addr' },
    { short: 'p', long: 'pids' },
  ],
  usage: `
Usage:
 w [options] [user]

Options:
 -h, --no-header     no heading
 -u, --no-current    leave the own processes out of account
 -s, --short         short format
 -f, --from          without the column FROM
 -o, --old-style     empty instead of short times
 -i, --ip-addr       addresses instead of names
 -p, --pids          with numbers of processes

     --help
 -V, --version

For more details see w(1).
`,
  version: 'w from procps-ng 4.0.2',
  helpLetter: '',
  *run(command) {
    if (command.has('no-header')) return;
    yield* command.line(yield* uptimeLine(command.sys));
    const from = command.has('from') ? '' : 'FROM             ';
    const isShort = command.has('short');
    yield* command.line(
      `USER     TTY      ${from}${isShort ? ' IDLE WHAT' : `${from === '' ? '  ' : ''}LOGIN@   IDLE   JCPU   PCPU WHAT`}`,
    );
  },
});
