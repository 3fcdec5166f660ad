/** What can be built again: root filesystems, engine trees, images. `UNDERLAY_CACHE`, else `/var/cache/underlay`. */
export function cacheDirectory(env?: Readonly<Record<string, string | undefined>>): string;
/** What must be kept: the database. `UNDERLAY_HOME`, else `/var/lib/underlay` for root, else in the user's data directory. */
export function homeDirectory(env?: Readonly<Record<string, string | undefined>>, uid?: number): string;
/** The directory tree that every Machine stands on, whether it is built yet or not. */
export function rootfsPath(env?: Readonly<Record<string, string | undefined>>): string;
/** True when the tree is there and whole: it only gets its name once it is. */
export function isBuilt(env?: Readonly<Record<string, string | undefined>>): boolean;
/** What Machines have of our engine, whether it is built yet or not. */
export function engineTreePath(env?: Readonly<Record<string, string | undefined>>): string;
/** The images that every Machine has in /usr/share/images, whether they are built yet or not. */
export function labImagesPath(env?: Readonly<Record<string, string | undefined>>): string;
/** What is laid over the root filesystem of every Machine, the topmost first; Machines do without what is not built. */
export function layerPaths(env?: Readonly<Record<string, string | undefined>>): string[];
