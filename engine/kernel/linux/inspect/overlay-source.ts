/** One overlay filesystem: its layers found, listed and watched. The same one may be mounted in several namespaces. */
import { statSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path/posix';
import type { Mount, Overlay } from '../../../state';
import { type LayerListing, layerLimits, mergeLayers } from '../../inspect';
import { directoryChanges, IN_MODIFY, type Inotify } from './inotify';
import { withDirectory } from './open-beneath';
import { listLayer } from './overlay-layer';
import { type OverlayOptions, parseOverlayOptions } from './parse/overlay-options';

/** From where an overlay's layers can be reached. */
export interface Viewpoint {
  /** Leads to the root of the mount namespace. */
  root: string;
  /** Directories `mount` may have been called in: the working directories of the namespace's processes. */
  directories: string[];
}

type Content = Pick<Overlay, 'layers' | 'workdir' | 'files' | 'truncated'>;

const maxWatches = 128;

export class OverlaySource {
  content: Content;
  dirty = true;
  readonly #options: OverlayOptions;
  /** The directory relative layers start at; null as long as it is not known. */
  #base: string | null = null;
  #watches = new Set<number>();
  readonly #heard: () => void;

  constructor(
    mount: Mount,
    private readonly inotify: Inotify,
    changed: () => void,
  ) {
    this.#options = parseOverlayOptions(mount.superOptions);
    this.content = { layers: this.#layers(), workdir: this.#options.work, files: {}, truncated: false };
    this.#heard = () => {
      this.dirty = true;
      changed();
    };
  }

  /** Lists the layers again, one a step. */
  *refresh(viewpoint: Viewpoint, mount: Mount): Generator<void> {
    this.dirty = false;
    this.#base ??= this.#findBase(viewpoint, mount);
    const watches = new Set<number>();
    const layers = this.#layers();
    const listings: LayerListing[] = [];
    let truncated = false;
    for (const layer of layers) {
      const listed = withDirectory(viewpoint.root, layer.path, (path) =>
        listLayer(path, this.#options.userXattr ? 'user' : 'trusted', layerLimits, (directory) =>
          this.#watch(directory, watches),
        ),
      );
      listings.push(listed?.files ?? new Map());
      truncated ||= listed?.truncated ?? false;
      yield;
    }
    const merged = mergeLayers(listings, layerLimits.names);
    this.#watchMerged(viewpoint, mount, merged.files, watches);
    this.#unwatch([...this.#watches].filter((watch) => !watches.has(watch)));
    this.#watches = watches;
    this.content = {
      layers,
      workdir: this.#options.work === null ? null : this.#place(this.#options.work),
      files: merged.files,
      truncated: truncated || merged.truncated,
    };
  }

  dispose(): void {
    this.#unwatch([...this.#watches]);
    this.#watches.clear();
  }

  #layers(): Overlay['layers'] {
    const { upper, lower } = this.#options;
    return [
      ...(upper === null ? [] : [{ role: 'upper' as const, path: this.#place(upper) }]),
      ...lower.map((path) => ({ role: 'lower' as const, path: this.#place(path) })),
    ];
  }

  #place(path: string): string {
    if (isAbsolute(path)) return resolve(path);
    return this.#base === null ? path : resolve(this.#base, path);
  }

  /**
   * The kernel keeps the options as typed, and not the directory they were typed in. It is taken to be the first
   * candidate in which all the layers exist, and in which the work directory has been used.
   */
  #findBase(viewpoint: Viewpoint, mount: Mount): string | null {
    const { upper, work, lower } = this.#options;
    const paths = [...lower, ...(upper === null ? [] : [upper]), ...(work === null ? [] : [`${work}/work`])];
    const relative = paths.filter((path) => !isAbsolute(path));
    if (relative.length === 0) return '/';
    const candidates = new Set([...viewpoint.directories, dirname(mount.mountPoint), mount.mountPoint, '/', '/root']);
    for (const candidate of candidates) {
      const there = relative.every((path) =>
        withDirectory(viewpoint.root, resolve(candidate, path), (found) => statSync(`${found}/`).isDirectory()),
      );
      if (there) return candidate;
    }
    return null;
  }

  /** Writing to a file of the upper layer through the merged view is told of in the merged view only. */
  #watchMerged(viewpoint: Viewpoint, mount: Mount, files: Overlay['files'], watches: Set<number>): void {
    withDirectory(viewpoint.root, mount.mountPoint, (path) => {
      this.#watch(path, watches, IN_MODIFY);
      for (const [name, { from, entries }] of Object.entries(files)) {
        const shown = entries.find(({ layer }) => layer === from);
        if (shown?.kind === 'directory' || shown?.kind === 'opaque') this.#watch(`${path}/${name}`, watches, IN_MODIFY);
      }
    });
  }

  #watch(directory: string, watches: Set<number>, mask = directoryChanges): void {
    if (watches.size >= maxWatches) return;
    const watch = this.inotify.watch(`${directory}/`, mask, this.#heard);
    if (watch !== null) watches.add(watch);
  }

  #unwatch(watches: number[]): void {
    for (const watch of watches) this.inotify.unwatch(watch, this.#heard);
  }
}
