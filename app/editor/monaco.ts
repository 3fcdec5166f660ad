/** Monaco, no more of it than the editor needs, and none of it from elsewhere. */
import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/features/bracketMatching/register.js';
import 'monaco-editor/features/caretOperations/register.js';
import 'monaco-editor/features/clipboard/register.js';
import 'monaco-editor/features/comment/register.js';
import 'monaco-editor/features/cursorUndo/register.js';
import 'monaco-editor/features/find/register.js';
import 'monaco-editor/features/indentation/register.js';
import 'monaco-editor/features/linesOperations/register.js';
import 'monaco-editor/features/multicursor/register.js';
import 'monaco-editor/features/toggleTabFocusMode/register.js';
import 'monaco-editor/features/wordOperations/register.js';
import 'monaco-editor/languages/definitions/dockerfile/register.js';
import 'monaco-editor/languages/definitions/ini/register.js';
import 'monaco-editor/languages/definitions/shell/register.js';
import 'monaco-editor/languages/definitions/yaml/register.js';
import { shownTheme, token } from '../theme/theme';
import { terminalFont } from '../workspace/terminal-theme';

export { monaco };

globalThis.MonacoEnvironment = {
  getWorker: () => new Worker(new URL('./monaco-worker.ts', import.meta.url), { type: 'module' }),
};

export function createEditor(element: HTMLElement, label: string): monaco.editor.IStandaloneCodeEditor {
  showTheme();
  return monaco.editor.create(element, {
    ...terminalFont(),
    model: null,
    theme: 'underlay',
    ariaLabel: label,
    automaticLayout: true,
    minimap: { enabled: false },
    scrollBeyondLastLine: false,
    renderLineHighlight: 'line',
    lineNumbersMinChars: 3,
    lineDecorationsWidth: 8,
    overviewRulerLanes: 0,
    padding: { top: 8, bottom: 8 },
    tabSize: 2,
    wordWrap: 'on',
    fixedOverflowWidgets: true,
    contextmenu: false,
    quickSuggestions: false,
    scrollbar: { useShadows: false, verticalScrollbarSize: 10, horizontalScrollbarSize: 10 },
  });
}

/** Takes the page's colours as they are now. */
export function showTheme(): void {
  const bare = (name: string) => token(name).slice(1);
  monaco.editor.defineTheme('underlay', {
    base: shownTheme() === 'dark' ? 'vs-dark' : 'vs',
    inherit: true,
    rules: [
      { token: '', foreground: bare('code-text') },
      { token: 'comment', foreground: bare('code-comment') },
      { token: 'keyword', foreground: bare('code-keyword') },
      { token: 'string', foreground: bare('code-string') },
      { token: 'number', foreground: bare('code-number') },
      { token: 'type', foreground: bare('code-function') },
      { token: 'variable', foreground: bare('code-function') },
      { token: 'delimiter', foreground: bare('code-punctuation') },
    ],
    colors: {
      'editor.background': token('term-bg'),
      'editor.foreground': token('code-text'),
      'editorLineNumber.foreground': token('ink-3'),
      'editorLineNumber.activeForeground': token('ink'),
      'editor.selectionBackground': token('term-selection'),
      'editor.lineHighlightBackground': token('sunken'),
      'editor.lineHighlightBorder': token('sunken'),
      'editorCursor.foreground': token('term-cursor'),
      'editorWidget.background': token('raised'),
      'editorWidget.border': token('rule-strong'),
      focusBorder: token('focus'),
    },
  });
}

/** The language a file is coloured as, by its name. */
export function languageOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (/^(Dockerfile|Containerfile)/.test(name)) return 'dockerfile';
  if (/\.ya?ml$/.test(name)) return 'yaml';
  if (/\.(ini|conf|cfg|toml|service)$/.test(name)) return 'ini';
  if (/\.(sh|bash)$/.test(name) || /^\.(bash|profile)/.test(name)) return 'shell';
  return 'plaintext';
}
