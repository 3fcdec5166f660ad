/** mktemp: a new file or directory nobody else has (mktemp(1)). */
import { type Blocking, isSysError, O_CREAT, O_EXCL, O_RDWR, type Sys, strerror } from '../../kernel/sim';
import { UsageError } from '../lib/options';
import { joinPath } from '../lib/paths';
import { Fatal, makeTool, type Tool } from './common/tool';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

export const mktemp = makeTool({
  name: 'mktemp',
  options: [
    { short: 'd', long: 'directory' },
    { short: 'u', long: 'dry-run' },
    { short: 'q', long: 'quiet' },
    { long: 'suffix', value: 'required' },
    { short: 'p', value: 'required', as: 'tmpdir' },
    { long: 'tmpdir', value: 'optional' },
    { short: 't', as: 'old' },
  ],
  help: `[OPTION]... [TEMPLATE]
Make a temporary file safely and print its name. TEMPLATE ends in at least three Xs;
tmp.XXXXXXXXXX in TMPDIR or /tmp without one.

  -d, --directory      make a directory
  -u, --dry-run        only print a name
  -q, --quiet          no message when it fails
      --suffix=SUFF    after the Xs
  -p DIR, --tmpdir[=DIR]  TEMPLATE is relative to DIR
  -t                   TEMPLATE is a name in TMPDIR`,
  *run(tool) {
    if (tool.operands.length > 1) throw new UsageError('too many templates');
    const { head, count, tail } = splitTemplate(tool);
    const kind = tool.has('directory') ? 'directory' : 'file';
    try {
      const path = yield* makeUnique(tool, () => head + randomLetters(tool.sys, count) + tail);
      yield* tool.line(path);
    } catch (error) {
      if (!isSysError(error)) throw error;
      if (tool.has('quiet')) return 1;
      const template = `${head}${'X'.repeat(count)}${tail}`;
      throw new Fatal(`failed to create ${kind} via template ${tool.word(template)}: ${strerror(error.errno)}`);
    }
    return 0;
  },
});

function splitTemplate(tool: Tool): { head: string; count: number; tail: string } {
  const given = tool.operands[0];
  const template = given ?? 'tmp.XXXXXXXXXX';
  const suffix = tool.value('suffix');
  if (suffix !== null && !template.endsWith('X')) {
    throw new Fatal(`with --suffix, template ${tool.word(template)} must end in X`);
  }
  const match = /^(.*?)(X+)([^X]*)$/s.exec(template);
  const [, head = '', xs = '', rest = ''] = match ?? [];
  const tail = rest + (suffix ?? '');
  if (tail.includes('/')) throw new Fatal(`invalid suffix ${tool.word(tail)}, contains directory separator`);
  if (xs.length < 3) throw new Fatal(`too few X's in template ${tool.word(template)}`);
  return { head: placed(tool, head, given === undefined), count: xs.length, tail };
}

/** The beginning of the name, in the directory it belongs to. */
function placed(tool: Tool, head: string, isDefault: boolean): string {
  const usual = tool.env.TMPDIR || '/tmp';
  if (tool.has('old')) {
    if (head.includes('/'))
      throw new Fatal(`invalid template, ${tool.word(tool.operands[0] ?? '')}, contains directory separator`);
    return joinPath(tool.env.TMPDIR || tool.value('tmpdir') || '/tmp', head);
  }
  if (!tool.has('tmpdir') && !isDefault) return head;
  if (head.startsWith('/')) {
    throw new Fatal(`invalid template, ${tool.word(tool.operands[0] ?? '')}; with --tmpdir, it may not be absolute`);
  }
  return joinPath(tool.value('tmpdir') || usual, head);
}

function randomLetters(sys: Sys, count: number): string {
  const bytes = sys.random(count * 2);
  return Array.from({ length: count }, (_, at) => {
    const number = (bytes[2 * at] ?? 0) * 256 + (bytes[2 * at + 1] ?? 0);
    return letters[number % letters.length];
  }).join('');
}

function* makeUnique(tool: Tool, name: () => string): Blocking<string> {
  const { sys } = tool;
  for (let tries = 0; ; tries++) {
    const path = name();
    try {
      if (tool.has('dry-run')) {
        if (!exists(sys, path)) return path;
      } else if (tool.has('directory')) {
        sys.mkdir(path, 0o700);
        return path;
      } else {
        sys.close(yield* sys.open(path, O_RDWR | O_CREAT | O_EXCL, 0o600));
        return path;
      }
    } catch (error) {
      if (!isSysError(error, 'EEXIST') || tries > 10_000) throw error;
    }
  }
}

function exists(sys: Sys, path: string): boolean {
  try {
    sys.lstat(path);
    return true;
  } catch (error) {
    if (!isSysError(error, 'ENOENT')) throw error;
    return false;
  }
}
