/** Mistakes in the prose of a lesson and in how it places the tasks. */
import type { LessonDefinition } from '../define';
import type { Note, ProseText } from './finding';

export function lintProse(lesson: LessonDefinition, prose: ProseText | null): Note[] {
  if (!prose) {
    const file = `content/${lesson.number}-${lesson.slug}.mdx`;
    return [{ place: 'prose', message: 'missing', remedy: `write ${file}, or correct its name` }];
  }
  return [...lintFrontmatter(lesson, prose), ...lintPlacement(lesson, prose), ...lintFences(prose)];
}

function lintFrontmatter(lesson: LessonDefinition, prose: ProseText): Note[] {
  const place = `prose ${prose.file}`;
  const notes: Note[] = [];
  if (prose.number !== lesson.number) {
    notes.push({
      place,
      message: `its frontmatter says section ${prose.number}, the lesson ${lesson.number}`,
      remedy: `write number: "${lesson.number}"`,
    });
  }
  if (prose.sources.length === 0) {
    notes.push({ place, message: 'no sources', remedy: 'list the man pages and specifications it rests on' });
  }
  return notes;
}

function lintPlacement(lesson: LessonDefinition, prose: ProseText): Note[] {
  const notes: Note[] = [];
  const placed = placementsIn(prose.body);
  for (const task of lesson.tasks) {
    const lines = placed.filter((one) => one.id === task.id).map((one) => one.line);
    if (lines.length === 0) {
      notes.push({
        place: `prose ${prose.file}`,
        message: `does not place the task ${task.id}`,
        remedy: `put <Task id="${task.id}" /> on a line of its own where the learner is ready for it`,
      });
    } else if (lines.length > 1) {
      notes.push({
        place: `prose ${prose.file}`,
        message: `places the task ${task.id} more than once (lines ${lines.join(', ')} of the text)`,
        remedy: 'keep one',
      });
    }
  }
  for (const { id, line } of placed) {
    if (lesson.tasks.some((task) => task.id === id)) continue;
    notes.push({
      place: `prose ${prose.file}`,
      message: `places the task ${id || '(without an id)'} (line ${line} of the text), which the lesson does not have`,
      remedy: `name one of ${lesson.tasks.map((task) => task.id).join(', ')}`,
    });
  }
  return notes.length > 0 ? notes : lintOrder(lesson, prose);
}

/** Asked once every task is placed, and no other. */
function lintOrder(lesson: LessonDefinition, prose: ProseText): Note[] {
  const placed = placementsIn(prose.body);
  // An id that two tasks have is reported elsewhere.
  if (placed.length !== lesson.tasks.length) return [];
  const late = lesson.tasks.findIndex((task, index) => placed[index]?.id !== task.id);
  const task = lesson.tasks[late];
  if (!task) return [];
  return [
    {
      place: `prose ${prose.file}`,
      message: `places ${placed[late]?.id} where the definition has ${task.id}`,
      remedy: 'put the tasks in the same order in both: the list beside the prose follows the definition',
    },
  ];
}

function placementsIn(body: string): Array<{ id: string; line: number }> {
  return body.split('\n').flatMap((text, index) =>
    [...text.matchAll(/<Task\b([^>]*)>/g)].map((match) => ({
      id: /\bid=["']([^"']*)["']/.exec(match[1] ?? '')?.[1] ?? '',
      line: index + 1,
    })),
  );
}

/** Fences marked `run` go into the terminal at a click, so they must hold shell commands. */
function lintFences(prose: ProseText): Note[] {
  const notes: Note[] = [];
  let open: string | null = null;
  for (const [index, line] of prose.body.split('\n').entries()) {
    const fence = /^\s*(`{3,}|~{3,})\s*(.*)$/.exec(line);
    const [, marks = '', info = ''] = fence ?? [];
    if (!fence) continue;
    if (open !== null) {
      if (marks.startsWith(open) && info === '') open = null;
      continue;
    }
    open = marks;
    const [language, ...rest] = info.trim().split(/\s+/);
    if (language === 'run' || (rest.includes('run') && language !== 'sh')) {
      notes.push({
        place: `prose ${prose.file}`,
        message: `line ${index + 1} of the text: a fence marked run is in ${language === 'run' ? 'no language' : language}`,
        remedy: 'write ```sh run, or take the word run away',
      });
    }
  }
  if (open !== null) {
    notes.push({ place: `prose ${prose.file}`, message: 'a fence is not closed', remedy: `close it with ${open}` });
  }
  return notes;
}
