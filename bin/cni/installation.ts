/** What belongs to one installation of the plugins: a directory with everything the executables lead to. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const InstallationSchema = z.object({
  /** Where the resident engine listens. */
  socket: z.string(),
  /** It ends when nobody has called for so long; 0: none is started. */
  idleSeconds: z.number(),
});

export type Installation = z.infer<typeof InstallationSchema> & { directory: string; client: Buffer };

export const files = { settings: 'installation.json', client: 'client', script: 'plugins.cjs' } as const;

export function readInstallation(directory: string): Installation {
  const settings = InstallationSchema.parse(JSON.parse(readFileSync(join(directory, files.settings), 'utf8')));
  return { ...settings, directory, client: readFileSync(join(directory, files.client)) };
}
