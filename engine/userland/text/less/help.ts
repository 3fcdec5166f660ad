/** What `h` shows. */
export const helpLines: readonly string[] = `
  COMMANDS OF LESS

  q  :q  ZZ            leave
  h                    this help

  MOVING
  e  j  DOWN  ENTER    down one line                (N before it: N lines)
  y  k  UP             up one line
  f  SPACE  PGDN       down one window
  b  PGUP              up one window
  d  u                 down, up half a window
  g  <  HOME           to the first line, or line N
  G  >  END            to the last line, or line N
  p  %                 to the beginning, or N percent
  RIGHT  LEFT          sideways half a screen
  m<letter> '<letter>  mark this place, go back to it
  F                    wait for more at the end; Ctrl-C stops that

  SEARCHING
  /pattern  ?pattern   forward, backward (regular expressions)
  n  N                 again, in the other direction
  ESC u                highlighting off and on

  FILES
  :n  :p               the next, the previous file
  =                    which file, which lines

  OPTIONS, also as  -X  while it runs
  -i -I  any case      -N  line numbers      -S  long lines are cut off
  -R  colours          -F  leave at once when it fits one screen
  -s  blank lines once -e  leave at the end  -X  leave the text on the screen
`.split('\n');
