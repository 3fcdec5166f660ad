/** What a registry asks for before it answers (RFC 9110, "WWW-Authenticate"). */
export interface Challenge {
  /** `bearer`, `basic`. */
  scheme: string;
  /** `realm`, `service`, `scope` ... */
  parameters: ReadonlyMap<string, string>;
}

export function parseChallenges(header: string | null): Challenge[] {
  const challenges: Array<{ scheme: string; parameters: Map<string, string> }> = [];
  const token = /\s*,?\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/y;
  for (let found = token.exec(header ?? ''); found; found = token.exec(header ?? '')) {
    const [, name = '', quoted, plain] = found;
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain;
    if (value === undefined) challenges.push({ scheme: name.toLowerCase(), parameters: new Map() });
    else challenges.at(-1)?.parameters.set(name.toLowerCase(), value);
  }
  return challenges;
}
