/** The terminal's colours and font, from the page's tokens. */
import type { ITheme } from '@xterm/xterm';
import { token } from '../theme/theme';

export function terminalTheme(): ITheme {
  return {
    background: token('term-bg'),
    foreground: token('term-fg'),
    cursor: token('term-cursor'),
    cursorAccent: token('term-bg'),
    selectionBackground: token('term-selection'),
    black: token('term-black'),
    red: token('term-red'),
    green: token('term-green'),
    yellow: token('term-yellow'),
    blue: token('term-blue'),
    magenta: token('term-magenta'),
    cyan: token('term-cyan'),
    white: token('term-white'),
    brightBlack: token('term-bright-black'),
    brightRed: token('term-bright-red'),
    brightGreen: token('term-bright-green'),
    brightYellow: token('term-bright-yellow'),
    brightBlue: token('term-bright-blue'),
    brightMagenta: token('term-bright-magenta'),
    brightCyan: token('term-bright-cyan'),
    brightWhite: token('term-bright-white'),
  };
}

/** The family as the browser resolves it: xterm.js measures on a canvas, which knows no CSS variables. */
export function terminalFont(): { fontFamily: string; fontSize: number } {
  const probe = document.createElement('span');
  probe.className = 'terminal-font';
  document.body.append(probe);
  const { fontFamily, fontSize } = getComputedStyle(probe);
  probe.remove();
  return { fontFamily, fontSize: Math.round(Number.parseFloat(fontSize)) };
}
