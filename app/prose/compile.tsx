/** Prose from MDX to elements, on the server, at build time. */
import { evaluate } from '@mdx-js/mdx';
import type { ComponentType, ReactNode } from 'react';
import * as runtime from 'react/jsx-runtime';
import remarkGfm from 'remark-gfm';
import type { Prose } from '../../content';
import { CodeFence } from './code-fence';
import { CodeText, Heading2, Heading3, ProseLink, ProseTable } from './elements';
import { type Heading, outline } from './outline';
import { Var } from './var';
import { placeholdersToComponents } from './vars';

export interface CompiledProse {
  body: ReactNode;
  headings: Heading[];
}

/** Errors: what MDX says, with the file in front. */
export async function compileProse(prose: Prose, Task: ComponentType<{ id: string }>): Promise<CompiledProse> {
  const headings: Heading[] = [];
  try {
    const { default: Body } = await evaluate(placeholdersToComponents(prose.body), {
      ...runtime,
      remarkPlugins: [remarkGfm, outline(headings)],
    });
    const components = {
      h2: Heading2,
      h3: Heading3,
      a: ProseLink,
      code: CodeText,
      table: ProseTable,
      CodeFence,
      Task,
      Var,
    };
    return { body: <Body components={components} />, headings };
  } catch (error) {
    throw new Error(`${prose.file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
