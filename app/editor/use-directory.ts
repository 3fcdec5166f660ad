'use client';

/** The entries of a directory on a Machine, read anew after every command and on request. */
import { useCallback, useEffect, useState } from 'react';
import type { LabClient } from '../../sandbox/client';
import { useLab, useLabView } from '../lab/context';

type Entries = Awaited<ReturnType<LabClient['listFiles']>>;

export interface Directory {
  /** Null while it is read for the first time. */
  entries: Entries | null;
  problem: string | null;
}

/** `generation` grows when the page itself changed something. */
export function useDirectory(machine: string, path: string, generation: number): Directory {
  const client = useLab((lab) => lab.client);
  const commandEnd = useLabView((view) => view.command?.endedAt ?? null, null);
  const [directory, setDirectory] = useState<Directory>({ entries: null, problem: null });
  const read = useCallback(async (): Promise<Directory> => {
    if (client === null) return { entries: null, problem: null };
    try {
      return { entries: sorted(await client.listFiles(machine, path)), problem: null };
    } catch (error) {
      return { entries: [], problem: error instanceof Error ? error.message : String(error) };
    }
  }, [client, machine, path]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `commandEnd` and `generation` say when to read again
  useEffect(() => {
    let gone = false;
    read().then((next) => {
      if (!gone) setDirectory(next);
    });
    return () => {
      gone = true;
    };
  }, [read, commandEnd, generation]);
  return directory;
}

/** Directories first, then by name. */
function sorted(entries: Entries): Entries {
  const rank = (kind: string) => (kind === 'directory' || kind === 'opaque' ? 0 : 1);
  return entries.toSorted((a, b) => rank(a.kind) - rank(b.kind) || a.name.localeCompare(b.name));
}
