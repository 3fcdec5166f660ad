import { describe, expect, it } from 'vitest';
import { renderPage } from './page';
import { commandPages } from './pages/commands';
import { namespacePages } from './pages/namespaces';
import { toolPages } from './pages/tools';

const pages = [...commandPages, ...namespacePages, ...toolPages];

describe('manual pages', () => {
  it.each(pages.map((page) => [page.name, page] as const))('%s fits the width and has no marks left', (_, page) => {
    const lines = renderPage(page, 80, false);
    expect(lines.slice(2, 4)).toEqual(['NAME', `       ${page.name} - ${page.summary}`]);
    for (const line of lines) {
      expect(line.length).toBeLessThanOrEqual(100);
      expect(line).not.toMatch(/(^|\s)\*\w|\w\*(\s|$)/);
    }
  });

  it('has each page once', () => {
    const keys = pages.map(({ name, section }) => `${name}.${section}`);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
