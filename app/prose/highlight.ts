/** Code coloured at build time. Colours are classes, so that both themes share one document. */
import { createCssVariablesTheme, createHighlighterCore, type HighlighterCore } from 'shiki/core';
import { createJavaScriptRegexEngine } from 'shiki/engine/javascript';

/** A run of characters of one kind; `kind` is null for plain text, else `comment`, `string`, `keyword` ... */
export interface CodeToken {
  text: string;
  kind: string | null;
}

const prefix = '--code-';
let highlighter: Promise<HighlighterCore> | null = null;

/** The lines of `code`, each cut into tokens. A language that is not known is shown plain. */
export async function highlight(code: string, language: string): Promise<CodeToken[][]> {
  highlighter ??= createHighlighter();
  const { codeToTokensBase, getLoadedLanguages } = await highlighter;
  if (!getLoadedLanguages().includes(language)) return code.split('\n').map((text) => [{ text, kind: null }]);
  const lines = codeToTokensBase(code, { lang: language, theme: 'css-variables' });
  return lines.map((line) => line.map(({ content, color }) => ({ text: content, kind: kindOf(color) })));
}

function kindOf(color: string | undefined): string | null {
  const match = /--code-token-([a-z-]+)/.exec(color ?? '');
  return match?.[1] ?? null;
}

function createHighlighter(): Promise<HighlighterCore> {
  return createHighlighterCore({
    engine: createJavaScriptRegexEngine(),
    themes: [createCssVariablesTheme({ name: 'css-variables', variablePrefix: prefix })],
    langs: [
      import('shiki/langs/shellscript.mjs'),
      import('shiki/langs/c.mjs'),
      import('shiki/langs/json.mjs'),
      import('shiki/langs/yaml.mjs'),
      import('shiki/langs/ini.mjs'),
      import('shiki/langs/diff.mjs'),
      import('shiki/langs/docker.mjs'),
      import('shiki/langs/python.mjs'),
    ],
  });
}
