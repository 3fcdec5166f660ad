/** What is written down of snapshots: one document, replaced as a whole, so that a crash leaves the old one or the new one. */
import { z } from 'zod';
import type { Tree } from '../../kernel';
import { parseJson } from '../spec/parse-json';

const SnapshotSchema = z.object({
  key: z.string().min(1),
  /** Name of its directories: a small number, free ones are used again. */
  directory: z.int().positive(),
  /** Null for what lies on nothing. */
  parent: z.string().nullable(),
  /** `unfinished` ones are somebody's work in progress, and worth nothing after a crash. */
  kind: z.enum(['committed', 'active', 'unfinished']),
});
const RecordsSchema = z.object({ version: z.literal(1), snapshots: z.array(SnapshotSchema) });

export type SnapshotRecord = z.infer<typeof SnapshotSchema>;

const file = 'snapshots.json';
const nextFile = 'snapshots.json.next';

/** Null when there are none yet. Errors: `invalid-manifest` when the document is damaged. */
export function readRecords(tree: Tree): SnapshotRecord[] | null {
  const stat = tree.find(file);
  if (!stat) return null;
  const content = new Uint8Array(stat.size);
  const reader = tree.openFile(file);
  reader.read(content, 0);
  reader.dispose();
  return parseJson(RecordsSchema, content, file).snapshots;
}

export function writeRecords(tree: Tree, snapshots: readonly SnapshotRecord[]): void {
  tree.removeAll(nextFile);
  const writer = tree.createFile(nextFile, { mode: 0o600 });
  try {
    writer.write(new TextEncoder().encode(JSON.stringify({ version: 1, snapshots })));
    writer.finish({ durable: true });
  } finally {
    writer.dispose();
  }
  tree.rename(nextFile, file);
  tree.syncDirectory('');
}
