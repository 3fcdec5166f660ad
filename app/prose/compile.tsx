/** Prose from MDX to elements, on the server, at build time. */
import { evaluate } from '@mdx-js/mdx';
import type { ComponentType, ReactNode } from 'react';
import * as runtime from 'react/jsx-runtime';
import remarkGfm from 'remark-gfm';
import type { Prose } from '../../content';
import { CodeFence } from './code-fence';
import { CodeText, Heading2, Heading3, ProseLink, ProseTable } from './elements';
import { type Heading, type Outline, outline } from './outline';
import { Var } from './var';
import { placeholdersToComponents } from './vars';

export interface CompiledProse {
  body: ReactNode;
  headings: Heading[];
}

/**
 * `Task` draws `<Task id="..." />`; `tasks` are the ids the lesson has. Errors: what MDX says, or the id of a task the
 * lesson does not have, with the file in front.
 */
export async function compileProse(
  prose: Prose,
  Task: ComponentType<{ id: string }>,
  tasks: readonly string[],
): Promise<CompiledProse> {
  const found: Outline = { headings: [], tasks: [] };
  try {
    const { default: Body } = await evaluate(placeholdersToComponents(prose.body), {
      ...runtime,
      remarkPlugins: [remarkGfm, outline(found)],
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
    const unknown = found.tasks.find((id) => !tasks.includes(id));
    if (unknown !== undefined) throw new Error(`<Task id="${unknown}" /> names no task; there are ${tasks.join(', ')}`);
    return { body: <Body components={components} />, headings: found.headings };
  } catch (error) {
    throw new Error(`${prose.file}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
