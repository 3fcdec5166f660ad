'use client';

/** A Machine's files as nested lists: directories open in place. */
import { useState } from 'react';
import { Chevron, FileIcon, Folder } from '../ui/icons';
import { joinPath } from './paths';
import { useDirectory } from './use-directory';

export interface TreeProps {
  machine: string;
  generation: number;
  selected: string | null;
  unsaved: ReadonlySet<string>;
  onSelect(path: string, kind: string): void;
}

const kindNames: Record<string, string> = {
  symlink: 'symbolic link',
  whiteout: 'whiteout',
  fifo: 'named pipe',
  socket: 'socket',
  char: 'character device',
  block: 'block device',
};

/** The entries of `path`. */
export function FileTree({ path, depth = 0, ...tree }: TreeProps & { path: string; depth?: number }) {
  const { entries, problem } = useDirectory(tree.machine, path, tree.generation);
  if (problem !== null) return <p className="tree-note">{problem}</p>;
  if (entries === null) return <p className="tree-note">Reading</p>;
  if (entries.length === 0) return <p className="tree-note">empty</p>;
  return (
    <ul className="tree" aria-label={depth === 0 ? `Files in ${path}` : undefined}>
      {entries.map(({ name, kind }) => (
        <TreeEntry key={name} {...tree} depth={depth} path={joinPath(path, name)} name={name} kind={kind} />
      ))}
    </ul>
  );
}

function TreeEntry({
  path,
  name,
  kind,
  depth,
  ...tree
}: TreeProps & { path: string; name: string; kind: string; depth: number }) {
  const [open, setOpen] = useState(false);
  const directory = kind === 'directory' || kind === 'opaque';
  return (
    <li>
      <button
        type="button"
        className="tree-entry"
        style={{ paddingInlineStart: `${0.5 + depth * 0.9}rem` }}
        aria-expanded={directory ? open : undefined}
        aria-current={tree.selected === path ? 'true' : undefined}
        onClick={() => {
          if (directory) setOpen(!open);
          tree.onSelect(path, kind);
        }}
      >
        {directory ? <Chevron className="icon tree-chevron" /> : <span className="tree-gap" />}
        {directory ? <Folder /> : <FileIcon />}
        <span className="tree-name">{name}</span>
        {kindNames[kind] && <span className="tree-kind">{kindNames[kind]}</span>}
        {tree.unsaved.has(path) && (
          <span className="tree-unsaved">
            <span className="sr-only">unsaved</span>
          </span>
        )}
      </button>
      {directory && open && <FileTree {...tree} path={path} depth={depth + 1} />}
    </li>
  );
}
