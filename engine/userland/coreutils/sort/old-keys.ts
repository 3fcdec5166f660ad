/** Keys as they were written before there was -k. */

/** `+1 -2` of old: from behind the first field to the end of the second. */
export function rewriteOldKeys(args: readonly string[]): string[] {
  const result: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const start = /^\+(\d+)(?:\.(\d+))?([a-zA-Z]*)$/.exec(args[at] ?? '');
    if (!start) {
      result.push(args[at] ?? '');
      continue;
    }
    const end = /^-(\d+)(?:\.(\d+))?([a-zA-Z]*)$/.exec(args[at + 1] ?? '');
    const from = `${Number(start[1]) + 1}${start[2] === undefined ? '' : `.${Number(start[2]) + 1}`}${start[3]}`;
    const hasChars = end?.[2] !== undefined && Number(end[2]) > 0;
    const to = end ? `,${hasChars ? `${Number(end[1]) + 1}.${end[2]}` : Number(end[1])}${end[3]}` : '';
    if (end) at++;
    result.push('-k', from + to);
  }
  return result;
}
