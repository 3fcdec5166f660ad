/** What a plugin or the runtime can fail with (CNI SPEC.md 1.1.0, section 5, "Error"). */
export const errorCodes = {
  incompatibleVersion: 1,
  unsupportedField: 2,
  unknownContainer: 3,
  invalidEnvironment: 4,
  ioFailure: 5,
  decodingFailure: 6,
  invalidConfig: 7,
  /** The plugin's own network namespace was given as the container's. Not in the specification; plugins use it. */
  invalidNetns: 8,
  tryAgainLater: 11,
  /** STATUS: no ADD can be served. */
  unavailable: 50,
  /** STATUS: nor can those that are attached rely on their network. */
  unavailableLimited: 51,
  /** Plugins' own codes begin at 100; this is the one for whatever has none of its own. */
  internal: 999,
} as const;

export interface ErrorObject {
  cniVersion?: string;
  code: number;
  msg: string;
  details?: string;
}

/** `code` is one of `errorCodes`, or 100 and above; `details` says what does not fit into one line. */
export class CniError extends Error {
  constructor(
    readonly code: number,
    readonly msg: string,
    readonly details = '',
    /** Which plugin, or which part of the runtime, says so; outermost first. */
    readonly context = '',
  ) {
    super(`${context}${msg}${details === '' ? '' : `; ${details}`}`);
    this.name = 'CniError';
  }

  /** The same error, said by whoever passes it on. */
  within(context: string): CniError {
    return new CniError(this.code, this.msg, this.details, `${context}: ${this.context}`);
  }

  toObject(cniVersion?: string): ErrorObject {
    return {
      ...(cniVersion === undefined ? {} : { cniVersion }),
      code: this.code,
      msg: `${this.context}${this.msg}`,
      ...(this.details === '' ? {} : { details: this.details }),
    };
  }
}

/** Whatever was thrown, as an error of the specification. */
export function asCniError(thrown: unknown): CniError {
  if (thrown instanceof CniError) return thrown;
  return new CniError(errorCodes.internal, thrown instanceof Error ? thrown.message : String(thrown));
}
