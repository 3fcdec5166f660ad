/** xterm.js with its addons, joined to a terminal of the lab. No React here. */
import '@xterm/xterm/css/xterm.css';
import { FitAddon } from '@xterm/addon-fit';
import { SearchAddon } from '@xterm/addon-search';
import { WebLinksAddon } from '@xterm/addon-web-links';
import { Terminal } from '@xterm/xterm';
import type { TerminalStream } from '../../sandbox/client';
import { onThemeShown } from '../theme/theme';
import { terminalFont, terminalTheme } from './terminal-theme';

export interface MountedTerminal {
  terminal: Terminal;
  search: SearchAddon;
  /** Fits the terminal to its element; does nothing while that is hidden. */
  fit(): void;
  dispose(): void;
}

interface MountOptions {
  accessible: boolean;
  /** Ctrl+Shift+F was pressed. */
  onSearch(): void;
}

const scrollbackLines = 5000;

export function mountTerminal(element: HTMLElement, stream: TerminalStream, options: MountOptions): MountedTerminal {
  const terminal = new Terminal({
    ...terminalFont(),
    theme: terminalTheme(),
    scrollback: scrollbackLines,
    lineHeight: 1.25,
    cursorBlink: false,
    cursorStyle: 'bar',
    cursorWidth: 2,
    fontWeight: 400,
    fontWeightBold: 650,
    minimumContrastRatio: 4.5,
    screenReaderMode: options.accessible,
    // The search's highlights are a proposed API.
    allowProposedApi: true,
    macOptionIsMeta: true,
    rightClickSelectsWord: false,
  });
  const fit = new FitAddon();
  const search = new SearchAddon();
  terminal.loadAddon(fit);
  terminal.loadAddon(search);
  terminal.loadAddon(new WebLinksAddon((_, uri) => window.open(uri, '_blank', 'noopener')));
  terminal.open(element);
  drawWithWebgl(terminal);
  terminal.attachCustomKeyEventHandler((event) => handleKey(event, terminal, options));

  const fitIfShown = () => {
    if (element.offsetParent !== null && element.clientHeight > 0) fit.fit();
  };
  fitIfShown();
  const detach = stream.attach(
    {
      output: (data, drawn) => terminal.write(data, drawn),
      skipped: () => terminal.reset(),
    },
    { cols: terminal.cols, rows: terminal.rows },
  );
  terminal.onData((data) => stream.write(data));
  terminal.onBinary((data) => stream.write(Uint8Array.from(data, (character) => character.charCodeAt(0))));
  terminal.onResize(({ cols, rows }) => stream.resize(cols, rows));
  const resizes = new ResizeObserver(fitIfShown);
  resizes.observe(element);
  const stopTheme = onThemeShown(() => {
    terminal.options.theme = terminalTheme();
  });

  return {
    terminal,
    search,
    fit: fitIfShown,
    dispose() {
      stopTheme();
      resizes.disconnect();
      detach();
      terminal.dispose();
    },
  };
}

/** The graphics card draws faster; where there is none, or it goes away, the page's own elements do. */
async function drawWithWebgl(terminal: Terminal): Promise<void> {
  if (!hasGraphicsCard()) return;
  try {
    const { WebglAddon } = await import('@xterm/addon-webgl');
    const webgl = new WebglAddon();
    webgl.onContextLoss(() => webgl.dispose());
    terminal.loadAddon(webgl);
  } catch {
    // Refused after all, or the terminal is gone already: xterm.js goes on drawing with elements.
  }
}

let graphicsCard: boolean | null = null;

/** WebGL worked out by the processor is slower than the page's own elements, so only a real card counts. */
function hasGraphicsCard(): boolean {
  graphicsCard ??= findGraphicsCard();
  return graphicsCard;
}

function findGraphicsCard(): boolean {
  const gl = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true });
  if (gl === null) return false;
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer: unknown = gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER);
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return typeof renderer === 'string' && !/swiftshader|llvmpipe|softpipe|software|basic render/i.test(renderer);
}

/** False keeps a key from the shell. */
function handleKey(event: KeyboardEvent, terminal: Terminal, options: MountOptions): boolean {
  const { ctrlKey, shiftKey, metaKey, code, type } = event;
  if (!ctrlKey || !shiftKey || metaKey) return true;
  if (code !== 'KeyF' && code !== 'KeyC' && code !== 'KeyV') return true;
  if (code === 'KeyV') return false; // The browser pastes; xterm.js brackets it.
  event.preventDefault();
  if (type !== 'keydown') return false;
  if (code === 'KeyF') options.onSearch();
  else copySelection(terminal);
  return false;
}

function copySelection(terminal: Terminal): void {
  if (!terminal.hasSelection()) return;
  navigator.clipboard?.writeText(terminal.getSelection()).catch(() => {
    // Not allowed to use the clipboard: the browser's own menu still copies.
  });
}
