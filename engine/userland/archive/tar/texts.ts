/** What tar says in more than one place. */
export const unrecoverable = 'Error is not recoverable: exiting now';
export const delayedFailure = 'Exiting with failure status due to previous errors';
