/** locale(1): the language settings there are. */
import { makeCommand } from '../lib/command';

const usage = `Usage: locale [OPTION...] NAME
  or:  locale [OPTION...] [-a|-m]

  -a, --all-locales      the locales there are
  -m, --charmaps         the character sets there are
  -c, --category-name    names of the categories, too
  -k, --keyword-name     names of the keywords, too
      --help
  -V, --version
`;

const categories = [
  'LC_CTYPE',
  'LC_NUMERIC',
  'LC_TIME',
  'LC_COLLATE',
  'LC_MONETARY',
  'LC_MESSAGES',
  'LC_PAPER',
  'LC_NAME',
  'LC_ADDRESS',
  'LC_TELEPHONE',
  'LC_MEASUREMENT',
  'LC_IDENTIFICATION',
];

export const locale = makeCommand({
  name: 'locale',
  options: [
    { short: 'a', long: 'all-locales' },
    { short: 'm', long: 'charmaps' },
    { short: 'c', long: 'category-name' },
    { short: 'k', long: 'keyword-name' },
  ],
  usage,
  version: 'locale (Debian GLIBC 2.36-9+deb12u14) 2.36',
  helpLetter: '',
  usageStatus: 64,
  *run(command) {
    const { env, operands } = command;
    if (command.has('all-locales')) {
      for (const name of ['C', 'C.utf8', 'POSIX']) yield* command.line(name);
      return;
    }
    if (command.has('charmaps')) {
      for (const name of ['ANSI_X3.4-1968', 'UTF-8']) yield* command.line(name);
      return;
    }
    const all = env.LC_ALL ?? '';
    const effective = (name: string) => all || env[name] || env.LANG || 'POSIX';
    for (const operand of operands) {
      const value = /utf-?8$/i.test(effective('LC_CTYPE')) ? 'UTF-8' : 'ANSI_X3.4-1968';
      if (operand !== 'charmap') yield* command.fail(`unknown name "${operand}"`);
      else yield* command.line(command.has('keyword-name') ? `charmap="${value}"` : value);
    }
    if (operands.length > 0) return;
    yield* command.line(`LANG=${env.LANG ?? ''}`);
    yield* command.line(`LANGUAGE=${env.LANGUAGE ?? ''}`);
    for (const name of categories) {
      const own = env[name];
      const isOwn = own !== undefined && own !== '' && all === '';
      yield* command.line(isOwn ? `${name}=${own}` : `${name}="${effective(name)}"`);
    }
    yield* command.line(`LC_ALL=${all}`);
  },
});
