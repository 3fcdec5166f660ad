/** Scenarios whose transcripts are not the same yet, each with the reason. The test fails when one has become equal. */
export const knownDifferences: ReadonlyMap<string, string> = new Map([]);
