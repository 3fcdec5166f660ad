/** The order in which output buffered by lines gets out. */

export interface Piece {
  fd: number;
  text: string;
}

/** Standard output as stdio writes it with a buffer of one line: what is not a whole line yet waits. */
export function byLine(pieces: readonly Piece[]): Piece[] {
  const written: Piece[] = [];
  let waiting = '';
  for (const piece of pieces) {
    if (piece.fd !== 1) written.push(piece);
    else {
      const text = waiting + piece.text;
      const end = text.lastIndexOf('\n') + 1;
      if (end > 0) written.push({ fd: 1, text: text.slice(0, end) });
      waiting = text.slice(end);
    }
  }
  return waiting === '' ? written : [...written, { fd: 1, text: waiting }];
}
