/** How a folder of the userland says which files of the simulated Machine are programs of its own. */
export interface InstalledProgram {
  /** Absolute, as the package installs it: `/usr/bin/ls`. */
  path: string;
  /** Key in the folder's `programs`, and the name in the file's image. */
  program: string;
  /** Permissions; 0755 when left out. */
  mode?: number;
  /** Needs no loader to run. */
  static?: boolean;
  /** Bytes of the real file, for those who look. */
  size?: number;
  /** Symbolic links that come with it: `['/usr/bin/hd', 'hexdump']`. */
  links?: ReadonlyArray<readonly [path: string, target: string]>;
}
