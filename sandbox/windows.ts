/** Sizes both ends of a conversation agree on, in bytes. Apart from the schemas, so that a page need not load zod. */

export const protocolVersion = 1;
/** Largest `terminal.input` payload; a page cuts a longer paste into pieces and waits for their acknowledgement. */
export const maxInputBytes = 64 * 1024;
/** Input a page sends ahead of the lab's acknowledgements, a terminal; a lab refuses what goes beyond it. */
export const inputWindowBytes = 1024 * 1024;
/** Output a lab sends ahead of the page's acknowledgements, a terminal. */
export const outputWindowBytes = 256 * 1024;
/** Largest file the editor opens or saves. */
export const maxFileBytes = 1024 * 1024;
/** Entries of the journal given at a time. */
export const maxJournalEntries = 2000;
