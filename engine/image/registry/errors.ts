/** Errors as a registry tells them (OCI distribution-spec 1.1, "Error Codes"). */
import { ImageError, type ImageErrorCode } from '../error';

export type RegistryErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'UNAUTHORIZED'
  | 'DENIED'
  | 'UNSUPPORTED'
  | 'TOOMANYREQUESTS'
  /** Not among those of the specification: the one that Docker's registry has for a wrong `n`. */
  | 'PAGINATION_NUMBER_INVALID';

/** What each is in HTTP, where nothing else is said. */
const statuses: Readonly<Record<RegistryErrorCode, number>> = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  SIZE_INVALID: 400,
  UNAUTHORIZED: 401,
  DENIED: 403,
  UNSUPPORTED: 405,
  TOOMANYREQUESTS: 429,
  PAGINATION_NUMBER_INVALID: 400,
};

export class RegistryError extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: RegistryErrorCode,
    message: string,
    more: { status?: number; headers?: Record<string, string> } = {},
  ) {
    super(message);
    this.name = 'RegistryError';
    this.status = more.status ?? statuses[code];
    this.headers = more.headers ?? {};
  }
}

const ofImages: Readonly<Partial<Record<ImageErrorCode, RegistryErrorCode>>> = {
  'invalid-digest': 'DIGEST_INVALID',
  'unsupported-digest': 'DIGEST_INVALID',
  'digest-mismatch': 'DIGEST_INVALID',
  'size-mismatch': 'SIZE_INVALID',
  'invalid-reference': 'NAME_INVALID',
  'invalid-manifest': 'MANIFEST_INVALID',
  'unsupported-media-type': 'MANIFEST_INVALID',
  'unknown-blob': 'MANIFEST_BLOB_UNKNOWN',
  'unknown-image': 'MANIFEST_UNKNOWN',
  'no-platform': 'MANIFEST_INVALID',
};

/** Null for what is no error of whoever asked. */
function registryError(error: unknown): RegistryError | null {
  if (error instanceof RegistryError) return error;
  const code = error instanceof ImageError ? ofImages[error.code] : undefined;
  return error instanceof ImageError && code !== undefined ? new RegistryError(code, error.message) : null;
}

/** What a request that failed gets. Whatever nobody foresaw is thrown on. */
export function errorResponse(error: unknown): Response {
  const known = registryError(error);
  if (!known) throw error;
  const { status, code, message, headers } = known;
  return Response.json({ errors: [{ code, message, detail: null }] }, { status, headers });
}
