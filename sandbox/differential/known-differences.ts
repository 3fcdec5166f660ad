/** Scenarios whose transcripts are not the same yet, each with the reason. One that has become equal fails until it is taken off. */
export const knownDifferences: ReadonlyMap<string, string> = new Map();

/** Scenarios after which the two labs' states are not the same, each with the reason; held to it in the same way. */
export const differentStates: ReadonlyMap<string, string> = new Map();
