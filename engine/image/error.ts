/** What can be wrong with images and with the store that holds them. */
export type ImageErrorCode =
  | 'invalid-digest'
  | 'unsupported-digest'
  | 'digest-mismatch'
  | 'size-mismatch'
  | 'invalid-reference'
  | 'invalid-manifest'
  | 'unsupported-media-type'
  | 'unknown-blob'
  | 'unknown-image'
  | 'no-platform'
  | 'registry-failure'
  | 'invalid-archive'
  /** An archive that is damaged, or asks for what no layer may. */
  | 'invalid-layer'
  /** It would become larger than was allowed. */
  | 'layer-too-large'
  | 'unknown-snapshot'
  | 'snapshot-in-use';

/** `subject` is what it is about: a digest, a reference, the path of a field. */
export class ImageError extends Error {
  constructor(
    readonly code: ImageErrorCode,
    readonly subject: string,
    problem: string,
  ) {
    super(`${subject}: ${problem}`);
    this.name = 'ImageError';
  }
}
