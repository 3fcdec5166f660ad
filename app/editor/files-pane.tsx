'use client';

/** A Machine's files: a tree to choose from and an editor to change them. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { useLab, useLabView } from '../lab/context';
import { onThemeShown } from '../theme/theme';
import { Save } from '../ui/icons';
import { Documents } from './documents';
import { FileActions } from './file-actions';
import { FileTree } from './file-tree';
import { createEditor, type monaco, showTheme } from './monaco';
import { homeOf, parentOf } from './paths';

export function FilesPane() {
  const machines = useLabView((view) => view.machines, []);
  const [machine, setMachine] = useState<string | null>(null);
  const current = machines.find(({ id }) => id === machine) ?? machines[0];
  const user = useLab((lab) => lab.facts.terminals.find((one) => one.machine === current?.id)?.user ?? 'root');
  // A lab that was reset has the same name and other Machines: nothing of the old ones' files may stay.
  const init = useLabView((view) => view.state.machines[current?.id ?? '']?.initPid ?? null, null);
  if (current === undefined) return null;
  return (
    <div className="files">
      {machines.length > 1 && (
        <label className="files-machine">
          Machine
          <select value={current.id} onChange={(event) => setMachine(event.target.value)}>
            {machines.map(({ id, hostname }) => (
              <option key={id} value={id}>
                {hostname}
              </option>
            ))}
          </select>
        </label>
      )}
      <MachineFiles key={`${current.id}/${init}`} machine={current.id} home={homeOf(user)} />
    </div>
  );
}

interface Shown {
  path: string;
  kind: string;
}

function MachineFiles({ machine, home }: { machine: string; home: string }) {
  const [root, setRoot] = useState(home);
  const [shown, setShown] = useState<Shown | null>(null);
  const [message, setMessage] = useState<string | null>(null);
  const [conflict, setConflict] = useState(false);
  const [generation, setGeneration] = useState(0);
  const [unsaved, setUnsaved] = useState<ReadonlySet<string>>(new Set());
  const documents = useDocuments(machine, setUnsaved);
  const [element, editor] = useEditor();
  const file = shown !== null && shown.kind !== 'directory' && shown.kind !== 'opaque' ? shown.path : null;

  const open = useCallback(
    async (path: string, reload = false) => {
      if (!documents || !editor) return;
      setConflict(false);
      try {
        const opened = await (reload ? documents.reload(path) : documents.open(path));
        editor.setModel('model' in opened ? opened.model : null);
        setMessage('problem' in opened ? opened.problem : null);
      } catch (error) {
        editor.setModel(null);
        setMessage(error instanceof Error ? error.message : String(error));
      }
    },
    [documents, editor],
  );

  const save = useCallback(
    async (force = false) => {
      if (!documents || file === null) return;
      try {
        setConflict((await documents.save(file, force)) === 'changed-on-disk');
        setMessage(null);
        setGeneration((old) => old + 1);
      } catch (error) {
        setMessage(`Not saved: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
    [documents, file],
  );

  const select = (path: string, kind: string) => {
    setShown({ path, kind });
    if (kind !== 'directory' && kind !== 'opaque') open(path);
  };
  const changed = (path: string | null, gone: string | null) => {
    if (gone !== null) {
      documents?.forget(gone);
      editor?.setModel(null);
      setShown(null);
    }
    setGeneration((old) => old + 1);
    if (path !== null) select(path, 'file');
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Ctrl+S is caught here for everything inside, which is interactive
    <div
      className="files-body"
      data-file={file !== null}
      onKeyDown={(event) => {
        if (!(event.ctrlKey || event.metaKey) || event.code !== 'KeyS') return;
        event.preventDefault();
        save();
      }}
    >
      <div className="files-side">
        <FileActions
          machine={machine}
          directory={directoryOf(shown) ?? root}
          selected={shown?.path ?? null}
          home={home}
          root={root}
          onRoot={setRoot}
          onChanged={changed}
          onProblem={setMessage}
        />
        <div className="files-tree">
          <FileTree
            path={root}
            machine={machine}
            generation={generation}
            selected={shown?.path ?? null}
            unsaved={unsaved}
            onSelect={select}
          />
        </div>
      </div>
      <div className="files-editor">
        <div className="files-head">
          <button type="button" className="button button-small narrow-only" onClick={() => setShown(null)}>
            Back
          </button>
          <span className="files-path">
            {file ?? 'No file open'}
            {file !== null && unsaved.has(file) && <span className="files-unsaved">unsaved</span>}
          </span>
          <button
            type="button"
            className="button button-small"
            disabled={file === null || !unsaved.has(file)}
            onClick={() => save()}
          >
            <Save />
            Save
          </button>
        </div>
        {conflict && file !== null && (
          <p className="files-message" role="alert">
            The file has changed on the machine since you opened it.
            <button type="button" className="button button-small" onClick={() => save(true)}>
              Overwrite it
            </button>
            <button type="button" className="button button-small" onClick={() => open(file, true)}>
              Drop my changes
            </button>
          </p>
        )}
        {message !== null && (
          <p className="files-message" role="alert">
            {message}
          </p>
        )}
        <div ref={element} className="files-canvas" />
      </div>
    </div>
  );
}

/** The directory a new file goes into: the one that is selected, or the one around the selected file. */
function directoryOf(shown: Shown | null): string | null {
  if (shown === null) return null;
  return shown.kind === 'directory' || shown.kind === 'opaque' ? shown.path : parentOf(shown.path);
}

function useDocuments(machine: string, onUnsaved: (paths: ReadonlySet<string>) => void): Documents | null {
  const client = useLab((lab) => lab.client);
  const [documents, setDocuments] = useState<Documents | null>(null);
  useEffect(() => {
    if (client === null) return;
    const made: Documents = new Documents(client, machine, () => onUnsaved(made.unsaved()));
    setDocuments(made);
    return () => made.dispose();
  }, [client, machine, onUnsaved]);
  return documents;
}

function useEditor() {
  const element = useRef<HTMLDivElement>(null);
  const [editor, setEditor] = useState<monaco.editor.IStandaloneCodeEditor | null>(null);
  useEffect(() => {
    if (element.current === null) return;
    const made = createEditor(element.current, 'File editor. Ctrl M lets Tab move the focus.');
    setEditor(made);
    const stop = onThemeShown(showTheme);
    return () => {
      stop();
      made.dispose();
    };
  }, []);
  return [element, editor] as const;
}
