/** Something is wrong with the command line itself: the error is preceded by how the command is used. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** A flag's value cannot be read. */
export class InvalidValue extends UsageError {
  override name = 'InvalidValue';
}
