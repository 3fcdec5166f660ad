'use client';

/** Search in a terminal's scrollback. */
import type { SearchAddon } from '@xterm/addon-search';
import { useEffect, useRef, useState } from 'react';
import { token } from '../theme/theme';
import { ArrowLeft, ArrowRight, Close } from '../ui/icons';

export function SearchBar({ search, onClose }: { search: SearchAddon; onClose: () => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  useEffect(() => {
    input.current?.focus();
    return () => search.clearDecorations();
  }, [search]);
  const options = () => ({
    decorations: {
      matchBackground: token('changed'),
      matchOverviewRuler: token('warn'),
      activeMatchBackground: token('accent'),
      activeMatchColorOverviewRuler: token('accent'),
    },
  });
  const next = () => search.findNext(text, options());
  const previous = () => search.findPrevious(text, options());
  return (
    <search className="search-bar">
      <input
        ref={input}
        type="text"
        value={text}
        aria-label="Search in the terminal"
        placeholder="Search"
        onChange={(event) => {
          setText(event.target.value);
          search.findNext(event.target.value, { ...options(), incremental: true });
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          if (event.key === 'Enter') event.shiftKey ? previous() : next();
        }}
      />
      <button type="button" className="icon-button icon-button-small" aria-label="Previous match" onClick={previous}>
        <ArrowLeft />
      </button>
      <button type="button" className="icon-button icon-button-small" aria-label="Next match" onClick={next}>
        <ArrowRight />
      </button>
      <button type="button" className="icon-button icon-button-small" aria-label="Close the search" onClick={onClose}>
        <Close />
      </button>
    </search>
  );
}
