'use client';

/** The list of keys, behind a button and behind `?`. */
import { useEffect, useState } from 'react';
import { Dialog } from '../ui/dialog';
import { Keyboard } from '../ui/icons';
import { isTyping } from './shortcuts';

const keys: ReadonlyArray<readonly [keys: string, what: string]> = [
  ['Alt 1', 'Go to the text; also leaves the terminal'],
  ['Alt 2', 'Go to the terminal'],
  ['Ctrl `', 'Go between the text and the terminal'],
  ['Alt 3', 'Go to the diagram'],
  ['Alt 4', 'Go to the files'],
  ['Alt N', 'Go to the next task that is open'],
  ['Ctrl Shift F', 'Search in the terminal'],
  ['Ctrl Shift C', 'Copy what is selected in the terminal'],
  ['Ctrl Shift V', 'Paste into the terminal'],
  ['Ctrl S', 'Save the file in the editor'],
  ['?', 'This list'],
];

export function ShortcutHelp() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== '?' || isTyping(event.target)) return;
      event.preventDefault();
      setOpen(true);
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
  return (
    <>
      <button
        type="button"
        className="icon-button wide-only"
        onClick={() => setOpen(true)}
        aria-label="Keys"
        title="Keys (?)"
      >
        <Keyboard />
      </button>
      <Dialog open={open} title="Keys" onClose={() => setOpen(false)}>
        <dl className="keys">
          {keys.map(([combination, what]) => (
            <div key={combination}>
              <dt>
                {combination.split(' ').map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        <p className="keys-note">
          The terminal takes every other key, Tab too. The lines between the panes can be focused and moved with the
          arrow keys.
        </p>
      </Dialog>
    </>
  );
}
