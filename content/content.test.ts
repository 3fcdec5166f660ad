import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProseError, parseProse, proseOf, sectionByNumber, sections } from './index';

describe('sections', () => {
  it('has every heading of the document once, in order', () => {
    const numbers = sections().map((section) => section.number);
    expect(numbers).toHaveLength(88);
    expect(new Set(numbers).size).toBe(88);
    const inOrder = [...numbers].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    expect(numbers).toEqual(inOrder);
  });

  it('puts each section under a parent that exists, in the same part', () => {
    for (const section of sections()) {
      expect(section.number.startsWith(`${section.part}.`), section.number).toBe(true);
      if (section.parent === null) continue;
      expect(sectionByNumber(section.parent)?.part, section.number).toBe(section.part);
      expect(section.number.startsWith(`${section.parent}.`)).toBe(true);
    }
  });
});

describe('prose', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'underlay-prose-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const text =
    '---\nnumber: "1.1"\ntitle: A title\nsummary: What it is about.\nsources:\n  - title: mount(8)\n---\n\nHello.\n';

  it('is found by its number, not by a number that begins alike', async () => {
    await writeFile(path.join(directory, '1.2.1-mount.mdx'), text);
    expect(await proseOf('1.2', directory)).toBeNull();
    expect((await proseOf('1.2.1', directory))?.body).toBe('\nHello.\n');
  });

  it('refuses two files for one section and names both', async () => {
    await writeFile(path.join(directory, '1.1-a.mdx'), text);
    await writeFile(path.join(directory, '1.1-b.mdx'), text);
    await expect(proseOf('1.1', directory)).rejects.toThrow(/1\.1-a\.mdx: 1\.1-b\.mdx claims section 1\.1/);
  });

  it('says what is wrong with a frontmatter', () => {
    expect(() => parseProse('x.mdx', 'Hello')).toThrow(ProseError);
    expect(() => parseProse('x.mdx', '---\nnumber: "1.1"\n---\n')).toThrow(/x\.mdx: frontmatter: .*\n.*title/s);
    expect(() => parseProse('x.mdx', '---\na: [\n---\n')).toThrow(/not YAML/);
  });
});
