/**
 * What is wrong with this version of Node, by package.json's `engines` of the form ">=A.B <C", or undefined. A newer
 * one may do (`fatal` is false): it has only not been tried.
 */
export function unsupportedNode(version, engines) {
  const [, low, high] = /^>=(\d+\.\d+) <(\d+)$/.exec(engines) ?? [];
  if (!low || !high) throw new Error(`cannot read engines.node "${engines}"`);
  const [major, minor] = version.split('.').map(Number);
  const [lowMajor, lowMinor] = low.split('.').map(Number);
  const fatal = major < lowMajor || (major === lowMajor && minor < lowMinor);
  if (!fatal && major < Number(high)) return undefined;
  return { fatal, message: `This is Node ${version}; Underlay is made for ${engines} (https://nodejs.org).` };
}
