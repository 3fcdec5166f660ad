/** What the environment says of the character set (locale(7)). Languages are all English here; only the charset differs. */
type Environment = Readonly<Record<string, string>>;

/** True in C.UTF-8 and its like; false in the C locale, where every byte is a character and quotes are straight. */
export function isUtf8(env: Environment): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || 'C';
  return /\.utf-?8$/i.test(locale);
}
