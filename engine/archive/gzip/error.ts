/** What can be wrong with a gzip file. */
export type GzipProblem =
  /** It does not begin as one. */
  | 'not gzip'
  /** Made by a method, or with flags, that nobody uses. */
  | 'unknown method'
  | 'cut off'
  /** The packed data is no deflate (RFC 1951). */
  | 'format'
  | 'checksum'
  | 'length';

export class GzipError extends Error {
  constructor(readonly problem: GzipProblem) {
    super(problem);
    this.name = 'GzipError';
  }
}
