import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { LessonDefinition } from '../lessons';
import type { LessonFiles } from './lab/topology';

/** Reads what lies beside a lesson in `files/MACHINE/`; `directory` is where the lessons are. Below `/home/learner` it belongs to the learner, elsewhere to root. */
export async function readLessonFiles(lesson: LessonDefinition, directory: string): Promise<LessonFiles> {
  const base = path.join(directory, `${lesson.number}-${lesson.slug}`, 'files');
  const machines = await Promise.all(
    lesson.machines.map(async ({ name }) => [name, await readTree(path.join(base, name))] as const),
  );
  return Object.fromEntries(machines.filter(([, files]) => Object.keys(files).length > 0));
}

async function readTree(root: string): Promise<LessonFiles[string]> {
  const files: LessonFiles[string] = {};
  for (const entry of await entriesBelow(root)) {
    if (!entry.isFile()) continue;
    const source = path.join(entry.parentPath, entry.name);
    const target = `/${path.relative(root, source)}`;
    const { mode } = await stat(source);
    const owner = target.startsWith('/home/learner/') ? 'learner' : 'root';
    files[target] = { content: await readFile(source), mode: mode & 0o777, owner };
  }
  return files;
}

async function entriesBelow(root: string) {
  try {
    return await readdir(root, { recursive: true, withFileTypes: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
