/** The options of ls, dir and vdir (ls(1)). */
import type { OptionSpec } from '../../lib/options';

export const lsOptions: readonly OptionSpec[] = [
  { short: 'a', long: 'all' },
  { short: 'b', long: 'escape' },
  { short: 'd', long: 'directory' },
  { short: 'D', long: 'dired' },
  { long: 'full-time' },
  { long: 'group-directories-first' },
  { short: 'h', long: 'human-readable' },
  { short: 'i', long: 'inode' },
  { short: 'k', long: 'kibibytes' },
  { short: 'n', long: 'numeric-uid-gid' },
  { short: 'G', long: 'no-group' },
  { short: 'q', long: 'hide-control-chars' },
  { short: 'r', long: 'reverse' },
  { short: 's', long: 'size' },
  { short: 'w', long: 'width', value: 'required' },
  { short: 'A', long: 'almost-all' },
  { short: 'B', long: 'ignore-backups' },
  { long: 'classify', value: 'optional' },
  { short: 'F', as: 'classify' },
  { long: 'file-type' },
  { long: 'si' },
  { short: 'H', long: 'dereference-command-line' },
  { long: 'dereference-command-line-symlink-to-dir' },
  { long: 'hide', value: 'required' },
  { short: 'I', long: 'ignore', value: 'required' },
  { long: 'indicator-style', value: 'required' },
  { short: 'L', long: 'dereference' },
  { short: 'N', long: 'literal' },
  { short: 'Q', long: 'quote-name' },
  { long: 'quoting-style', value: 'required' },
  { short: 'R', long: 'recursive' },
  { long: 'format', value: 'required' },
  { long: 'show-control-chars' },
  { long: 'sort', value: 'required' },
  { short: 'T', long: 'tabsize', value: 'required' },
  { long: 'time', value: 'required' },
  { long: 'time-style', value: 'required' },
  { long: 'zero' },
  { long: 'color', value: 'optional' },
  { long: 'hyperlink', value: 'optional' },
  { long: 'block-size', value: 'required' },
  { short: 'Z', long: 'context' },
  { long: 'author' },
  ...'cCfglmoptSuUvxX1'.split('').map((short) => ({ short })),
];

export const lsHelp = `[OPTION]... [FILE]...
List the FILEs, or what is in the working directory, sorted by name.

What is listed
  -a, --all               also names that begin with .     -A, --almost-all   but not . and ..
  -d, --directory         directories themselves           -R, --recursive    what is below them, too
  -B, --ignore-backups    no names that end in ~           -I PATTERN, --hide=PATTERN
  -H, -L, --dereference   follow links: of the command line, all
What is shown
  -l                      mode, links, owner, group, size, time and name
  -n, -g, -o, -G, --author  numbers for names; without owner, without group
  -i, --inode   -s, --size   -Z, --context   -F, --classify[=WHEN]   -p   --file-type
  -h, --human-readable   --si   -k, --kibibytes   --block-size=SIZE
  -c, -u, --time=WORD     another time than that of the last change
  --full-time, --time-style=STYLE   full-iso, long-iso, iso, locale, +FORMAT
  --color[=WHEN]          always, auto, never              --hyperlink[=WHEN]
How it is sorted
  -t time   -S size   -X extension   -v version   -U, -f not at all   -r, --reverse
  --sort=WORD   --group-directories-first
How it is laid out
  -C columns   -x rows   -m commas   -1 one a line   --format=WORD   -w COLS   -T COLS   --zero
  -b, -N, -q, -Q, --quoting-style=WORD, --show-control-chars`;
