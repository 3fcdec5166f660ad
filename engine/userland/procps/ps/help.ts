/** What ps says of itself. */
import { bare } from '../../../kernel/sim';
export const usage = `
Usage:
 ps [options]

 Try 'ps --help <simple|list|output|threads|misc|all>'
  or 'ps --help <s|l|o|t|m|a>'
 for additional help text.

For more details see ps(1).
`;

const topics: Readonly<Record<string, string>> = bare({
  simple: `Which processes:
 -e, -A      all
 -a          all on a terminal but session leaders
  a          all on a terminal, of every user
 -d          all but session leaders
 -N          those that the other options do not choose
  r          running ones only
  T          those on this terminal
  x          also those without a terminal
`,
  list: `Processes by lists:
 -C <names>             command names
 -G, --Group <groups>   real groups
 -g <sessions|groups>   sessions, or effective groups by name
 -p, p, --pid <pids>    process numbers
     --ppid <pids>      parents
 -q, q, --quick-pid     numbers, in that order
 -s, --sid <sessions>   sessions
 -t, t, --tty <ttys>    terminals
 -u, U, --user <users>  effective users
 -U, --User <users>     real users
`,
  output: `What is shown of them:
 -F  -f   full, extra full           j  l  s  u  v  X   formats of BSD
 -j  -l   jobs, long                 -H  f  --forest    trees
 -y       rss instead of addr        -o, o, --format <columns>
 -c       scheduling class           -O, O <columns>    more columns
 -P       processor                  -M, Z, --context   security labels
  L       lists the columns there are
`,
  threads: `Threads:
 -L, -T   with numbers of threads     H, m, -m   as if they were processes
`,
  misc: `Other options:
 -V, V, --version          c   names instead of command lines
 -w, w, ww  wide output    e   environment behind the command
 --cols, --rows <number>   n   numbers instead of names
 --headers, --no-headers   S   time of children, too
 --sort, k <columns>       h   no header
`,
});

export function helpText(topic: string): string {
  if (topic === '') return usage;
  const wanted = Object.keys(topics).filter((name) => topic === 'all' || topic === 'a' || name.startsWith(topic));
  if (wanted.length === 0) return usage;
  return `\nUsage:\n ps [options]\n\n${wanted.map((name) => topics[name]).join('\n')}\nFor more details see ps(1).\n`;
}
