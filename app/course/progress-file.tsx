'use client';

/** Progress as a file: from this browser to another one. */
import { useId, useState } from 'react';
import { exportProgress, importProgress, merge, ownProgress } from '../simulator/own-progress';
import { saveFile } from '../ui/save-file';
import { useLearner } from './learner';

export function ProgressFile() {
  const { known } = useLearner();
  const [news, setNews] = useState<string | null>(null);
  const input = useId();
  const read = async (file: File | undefined) => {
    if (!file) return;
    try {
      importProgress(await file.text());
      setNews('Progress imported. The map shows it from the next visit on.');
    } catch (error) {
      setNews(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <div className="progress-file">
      <button
        type="button"
        className="button button-small"
        onClick={() => saveFile('underlay-progress.json', exportProgress(merge(known, ownProgress())))}
      >
        Export progress
      </button>
      <label className="button button-small" htmlFor={input}>
        Import progress
      </label>
      <input
        id={input}
        className="sr-only"
        type="file"
        accept="application/json,.json"
        onChange={(event) => {
          void read(event.currentTarget.files?.[0]);
          event.currentTarget.value = '';
        }}
      />
      <span role="status">{news}</span>
    </div>
  );
}
