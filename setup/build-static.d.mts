/** Builds the whole course for a file server into `directory`, which is replaced. Returns whether it worked. */
export function buildStatic(directory: string): Promise<boolean>;
