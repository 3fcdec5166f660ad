/** The prose of a section: one MDX file with YAML frontmatter, `content/NUMBER-SLUG.mdx`. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';

export const Frontmatter = z.strictObject({
  number: z.string(),
  title: z.string().min(1),
  /** One or two sentences for the course map and for search engines. */
  summary: z.string().min(1),
  /** Man pages, kernel documents and specifications the text rests on. */
  sources: z.array(z.strictObject({ title: z.string().min(1), href: z.url().optional() })),
});
export type Frontmatter = z.infer<typeof Frontmatter>;

export interface Prose {
  /** Path of the MDX file. */
  file: string;
  frontmatter: Frontmatter;
  /** The MDX text after the frontmatter. */
  body: string;
}

/** A prose file that cannot be used; the message names the file and what to mend. */
export class ProseError extends Error {
  constructor(
    readonly file: string,
    detail: string,
  ) {
    super(`${file}: ${detail}`);
    this.name = 'ProseError';
  }
}

function contentDirectory(): string {
  return path.join(/*turbopackIgnore: true*/ process.cwd(), 'content');
}

/** The prose of a section, or null when none is written. Errors: `ProseError` when the file is there but malformed. */
export async function proseOf(number: string, directory = contentDirectory()): Promise<Prose | null> {
  const names = (await readdir(/*turbopackIgnore: true*/ directory)).filter(
    (name) => name.startsWith(`${number}-`) && name.endsWith('.mdx'),
  );
  const [name, second] = names;
  if (name === undefined) return null;
  const file = path.join(/*turbopackIgnore: true*/ directory, name);
  if (second !== undefined) throw new ProseError(file, `${second} claims section ${number} too; keep one of them`);
  return parseProse(file, await readFile(file, 'utf8'));
}

/** Splits a file's text into frontmatter and body. Errors: `ProseError`. */
export function parseProse(file: string, text: string): Prose {
  const match = /^---\r?\n([\s\S]*?)\r?\n---\r?\n/.exec(text);
  if (!match) throw new ProseError(file, 'it must begin with frontmatter between two lines of ---');
  const [whole, yaml = ''] = match;
  return { file, frontmatter: parseFrontmatter(file, yaml), body: text.slice(whole.length) };
}

function parseFrontmatter(file: string, yaml: string): Frontmatter {
  let value: unknown;
  try {
    value = parseYaml(yaml);
  } catch (error) {
    throw new ProseError(file, `frontmatter is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = Frontmatter.safeParse(value);
  if (!parsed.success) throw new ProseError(file, `frontmatter: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
