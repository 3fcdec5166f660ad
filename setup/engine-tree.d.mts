/** Why the tree is not built on this machine, or undefined. */
export function cannotBuildEngineTree(): string | undefined;
/** Builds the tree unless it is there, and resolves to its path. Safe to call from several processes at once. */
export function ensureEngineTree(): Promise<string>;
