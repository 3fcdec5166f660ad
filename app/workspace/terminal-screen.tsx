'use client';

/** One terminal on the page. */
import { useEffect, useRef, useState } from 'react';
import { useLab, useLabView } from '../lab/context';
import { SearchBar } from './search-bar';
import { type MountedTerminal, mountTerminal } from './terminal';

interface TerminalScreenProps {
  id: string;
  name: string;
  shown: boolean;
}

export function TerminalScreen({ id, name, shown }: TerminalScreenProps) {
  const element = useRef<HTMLDivElement>(null);
  const [mounted, setMounted] = useState<MountedTerminal | null>(null);
  const [searching, setSearching] = useState(false);
  const client = useLab((lab) => lab.client);
  const accessible = useLab((lab) => lab.accessibleTerminal);
  const focusAsked = useLab((lab) => lab.focusTerminal);
  const panel = useLab((lab) => lab.panel);
  const starting = useLabView((view) => view.lab === null, true);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `accessible` is set below without mounting anew
  useEffect(() => {
    if (element.current === null || client === null) return;
    const made = mountTerminal(element.current, client.terminal(id), {
      accessible,
      onSearch: () => setSearching(true),
    });
    setMounted(made);
    return () => {
      setMounted(null);
      made.dispose();
    };
  }, [client, id]);

  useEffect(() => {
    if (mounted) mounted.terminal.options.screenReaderMode = accessible;
  }, [mounted, accessible]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `panel` shows or hides the element, so it has to be fitted
  useEffect(() => {
    if (shown) mounted?.fit();
  }, [mounted, shown, panel]);

  const focused = useRef(0);
  useEffect(() => {
    if (!mounted || !shown || focused.current === focusAsked) return;
    focused.current = focusAsked;
    mounted.terminal.focus();
  }, [mounted, shown, focusAsked]);

  return (
    <div className="terminal-screen" role="group" aria-label={`Terminal ${name}. Alt 1 leaves it.`}>
      <div ref={element} className="terminal-canvas" />
      {starting && (
        <p className="terminal-starting" role="status">
          <span className="spinner" aria-hidden="true" />
          Starting the machine
        </p>
      )}
      {searching && mounted && (
        <SearchBar
          search={mounted.search}
          onClose={() => {
            setSearching(false);
            mounted.terminal.focus();
          }}
        />
      )}
    </div>
  );
}
