/** How cp, mv and install copy. */
export type Dereference = 'never' | 'command-line' | 'always';
export type BackupKind = 'none' | 'simple' | 'existing' | 'numbered';
/** What happens to files that are there already. */
export type Overwrite = 'yes' | 'no' | 'ask' | 'as-usual';

export interface Preserve {
  mode: boolean;
  ownership: boolean;
  timestamps: boolean;
  links: boolean;
  xattr: boolean;
}

export interface CopySettings {
  program: 'cp' | 'mv' | 'install';
  dereference: Dereference;
  recursive: boolean;
  hardLinks: boolean;
  symbolicLinks: boolean;
  overwrite: Overwrite;
  update: boolean;
  /** -f: a file that cannot be opened is removed first. */
  force: boolean;
  removeDestination: boolean;
  preserve: Preserve;
  /** Failing to keep attributes is no failure. */
  isLenient: boolean;
  /** `--no-preserve=mode`. */
  usualMode: boolean;
  attributesOnly: boolean;
  copyContents: boolean;
  backup: BackupKind;
  suffix: string;
  oneFileSystem: boolean;
  reflink: 'auto' | 'always' | 'never';
  sparse: 'auto' | 'always' | 'never';
  verbose: boolean;
  /** Rather than copying, rename where that is possible. */
  move: boolean;
}

export function defaultSettings(program: CopySettings['program']): CopySettings {
  return {
    program,
    dereference: 'always',
    recursive: false,
    hardLinks: false,
    symbolicLinks: false,
    overwrite: 'as-usual',
    update: false,
    force: false,
    removeDestination: false,
    preserve: { mode: false, ownership: false, timestamps: false, links: false, xattr: false },
    isLenient: false,
    usualMode: false,
    attributesOnly: false,
    copyContents: false,
    backup: 'none',
    suffix: '~',
    oneFileSystem: false,
    reflink: 'auto',
    sparse: 'auto',
    verbose: false,
    move: false,
  };
}
