/** What is compared of /proc/PID/status. */
export type StatusFields = ReadonlyMap<string, string>;

const shown = [
  'PPid',
  'Uid',
  'Gid',
  'Groups',
  'NSpid',
  'NSpgid',
  'NSsid',
  'ShdPnd',
  'SigBlk',
  'SigIgn',
  'SigCgt',
  'CapInh',
  'CapPrm',
  'CapEff',
  'CapBnd',
  'CapAmb',
  'NoNewPrivs',
];

export function parseStatus(text: string): StatusFields {
  return new Map(
    text.split('\n').flatMap((line): Array<[string, string]> => {
      const at = line.indexOf(':');
      return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1).trim()]];
    }),
  );
}

/** One line, with the names of the namespaces at its end. */
export function statusText(fields: StatusFields, namespaces: readonly string[]): string {
  const values = shown.flatMap((key) => {
    const value = fields.get(key);
    return value === undefined ? [] : [`${key}=${value.split(/\s+/).join(',')}`];
  });
  return [fields.get('State')?.charAt(0) ?? '?', ...values, ...namespaces].join(' ');
}
