/** Scenarios whose transcripts are not the same yet, each with the reason. The test fails when one has become equal. */
export const knownDifferences: ReadonlyMap<string, string> = new Map([
  ['overlay: rename a lower directory', 'what mv leaves when it has to copy instead of renaming carries other marks'],
  ['namespaces: ownership', 'lsns makes a column one blank too narrow'],
  ['processes: a group gets a signal', 'bash tells of an ended job in the background a moment later'],
  ['processes: environment', '/proc/self/environ that was opened before exec shows the new program'],
  ['processes: file capabilities', 'no_new_privs takes file capabilities away, which the kernel here lets pass'],
]);
