'use client';

/** What can be done with the lab: start over, leave, and how its terminal speaks. */
import { useState } from 'react';
import type { LabClient } from '../../sandbox/client';
import { ModeSwitch } from '../simulator/mode-switch';
import { Dialog } from '../ui/dialog';
import { Accessibility, Leave, More, Reset, Save } from '../ui/icons';
import { PopoverMenu } from '../ui/popover-menu';
import { saveFile } from '../ui/save-file';
import { useLab, useLabView } from './context';

type Asked = 'reset' | 'leave' | null;

export function LabControls() {
  const client = useLab((lab) => lab.client);
  const leave = useLab((lab) => lab.leave);
  const accessible = useLab((lab) => lab.accessibleTerminal);
  const setAccessible = useLab((lab) => lab.setAccessibleTerminal);
  const running = useLabView((view) => view.status.phase === 'ready' || view.status.phase === 'waiting', false);
  const simulated = useLabView((view) => view.speed !== null, false);
  const number = useLab((lab) => lab.facts.number);
  const [asked, setAsked] = useState<Asked>(null);
  return (
    <>
      <PopoverMenu label="Lab" icon={<More />}>
        <button type="button" disabled={!running} onClick={() => setAsked('reset')}>
          <Reset />
          Reset the lab
        </button>
        <button type="button" disabled={client === null} onClick={() => setAsked('leave')}>
          <Leave />
          Leave the lab
        </button>
        {simulated && (
          <button type="button" disabled={!running} onClick={() => client && saveRecording(client, number)}>
            <Save />
            Save a recording
          </button>
        )}
        <button type="button" role="switch" aria-checked={accessible} onClick={() => setAccessible(!accessible)}>
          <Accessibility />
          Terminal for screen readers
          <span className="switch" aria-hidden="true" />
        </button>
        {client !== null && <ModeSwitch />}
      </PopoverMenu>
      <Confirm
        open={asked === 'reset'}
        title="Reset the lab?"
        text="You get new machines as they were at the start. Files, processes and everything typed in this lab are gone. Tasks you have done stay in your progress."
        action="Reset"
        onConfirm={() => client?.reset()}
        onClose={() => setAsked(null)}
      />
      <Confirm
        open={asked === 'leave'}
        title="Leave the lab?"
        text="Its machines are taken down now. Tasks you have done stay in your progress."
        action="Leave"
        onConfirm={leave}
        onClose={() => setAsked(null)}
      />
    </>
  );
}

/** A file for `underlay replay`. It fails only when the lab is gone, which the page says by itself. */
async function saveRecording(client: LabClient, lesson: string): Promise<void> {
  const recording = await client.exportRecording().catch(() => null);
  if (recording !== null) saveFile(`underlay-${lesson}-recording.json`, recording);
}

interface ConfirmProps {
  open: boolean;
  title: string;
  text: string;
  action: string;
  onConfirm: () => void;
  onClose: () => void;
}

function Confirm({ open, title, text, action, onConfirm, onClose }: ConfirmProps) {
  const confirm = () => {
    onConfirm();
    onClose();
  };
  return (
    <Dialog
      open={open}
      title={title}
      onClose={onClose}
      actions={
        <>
          <button type="button" className="button" data-autofocus onClick={onClose}>
            Keep it
          </button>
          <button type="button" className="button button-danger" onClick={confirm}>
            {action}
          </button>
        </>
      }
    >
      <p>{text}</p>
    </Dialog>
  );
}
