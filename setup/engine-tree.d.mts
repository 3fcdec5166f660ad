/** Why the tree is not built on this machine, or undefined. */
export function cannotBuildEngineTree(): string | undefined;
/** Builds what is laid over the root filesystem unless it is there, and resolves to the engine tree's path. Safe to call from several processes at once. */
export function ensureEngineTree(): Promise<string>;
