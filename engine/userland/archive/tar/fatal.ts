/** Ends tar at once: the text, then that it cannot go on. */
export class Fatal extends Error {}
