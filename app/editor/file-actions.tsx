'use client';

/** New file, new directory, rename, delete; and which directory the tree begins at. */
import { useState } from 'react';
import { useLab } from '../lab/context';
import { Dialog } from '../ui/dialog';
import { joinPath, nameOf, nameProblem, parentOf } from './paths';

interface FileActionsProps {
  machine: string;
  /** Where something new goes. */
  directory: string;
  selected: string | null;
  /** Where the learner's own files are. */
  home: string;
  root: string;
  onRoot(root: string): void;
  /** `path`: a file to open now; `gone`: one that is no longer there. */
  onChanged(path: string | null, gone: string | null): void;
  onProblem(message: string | null): void;
}

type Asked = 'file' | 'directory' | 'rename' | 'delete';

export function FileActions(props: FileActionsProps) {
  const { machine, directory, selected, home, root, onRoot, onChanged, onProblem } = props;
  const client = useLab((lab) => lab.client);
  const [asked, setAsked] = useState<Asked | null>(null);

  const perform = async (action: Asked, name: string) => {
    setAsked(null);
    if (client === null) return;
    const path = joinPath(action === 'rename' && selected !== null ? parentOf(selected) : directory, name);
    try {
      if (action === 'file') await client.saveFile(machine, path, new Uint8Array());
      if (action === 'directory') await client.makeDirectory(machine, path);
      if (action === 'rename' && selected !== null) await client.renameFile(machine, selected, path);
      if (action === 'delete' && selected !== null) await client.removeFile(machine, selected);
      onProblem(null);
      onChanged(action === 'file' ? path : null, action === 'rename' || action === 'delete' ? selected : null);
    } catch (error) {
      onProblem(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <div className="files-actions">
      <fieldset className="segmented">
        <legend className="sr-only">Begin at</legend>
        {[home, '/'].map((path) => (
          <button key={path} type="button" aria-pressed={root === path} onClick={() => onRoot(path)}>
            {path}
          </button>
        ))}
      </fieldset>
      <button type="button" className="button button-small" onClick={() => setAsked('file')}>
        New file
      </button>
      <button type="button" className="button button-small" onClick={() => setAsked('directory')}>
        New folder
      </button>
      <button
        type="button"
        className="button button-small"
        disabled={selected === null}
        onClick={() => setAsked('rename')}
      >
        Rename
      </button>
      <button
        type="button"
        className="button button-small"
        disabled={selected === null}
        onClick={() => setAsked('delete')}
      >
        Delete
      </button>
      {asked !== null && (
        <AskName
          key={asked}
          action={asked}
          directory={directory}
          selected={selected ?? ''}
          onDone={(name) => perform(asked, name)}
          onClose={() => setAsked(null)}
        />
      )}
    </div>
  );
}

interface AskNameProps {
  action: Asked;
  directory: string;
  selected: string;
  onDone(name: string): void;
  onClose(): void;
}

const titles: Record<Asked, string> = { file: 'New file', directory: 'New folder', rename: 'Rename', delete: 'Delete' };

function AskName({ action, directory, selected, onDone, onClose }: AskNameProps) {
  const [name, setName] = useState(action === 'rename' ? nameOf(selected) : '');
  const problem = action === 'delete' ? null : nameProblem(name);
  return (
    <Dialog open title={titles[action]} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (problem === null) onDone(name);
        }}
      >
        {action === 'delete' ? (
          <p>
            Remove <code>{selected}</code> from the machine? A directory has to be empty.
          </p>
        ) : (
          <label className="field">
            <span>
              {action === 'rename' ? 'New name of ' : 'Name in '}
              <code>{action === 'rename' ? selected : directory}</code>
            </span>
            <input
              data-autofocus
              type="text"
              value={name}
              spellCheck={false}
              onChange={(event) => setName(event.target.value)}
            />
            {name !== '' && problem !== null && <span className="field-problem">{problem}</span>}
          </label>
        )}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button
            type="submit"
            className={action === 'delete' ? 'button button-danger' : 'button button-strong'}
            disabled={problem !== null}
          >
            {titles[action]}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
