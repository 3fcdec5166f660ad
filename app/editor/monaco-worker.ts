/** Monaco's helper thread, bundled with the page. */
import 'monaco-editor/editor/editor.worker.js';
