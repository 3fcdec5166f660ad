'use client';

/** On a narrow page: which part fills it. */
import { useLab } from '../lab/context';
import type { Panel } from '../lab/store';
import { Book, Folder, Graph, Play, Prompt } from '../ui/icons';

const panels = [
  { panel: 'read', label: 'Read', Icon: Book },
  { panel: 'terminal', label: 'Terminal', Icon: Prompt },
  { panel: 'diagram', label: 'Diagram', Icon: Graph },
  { panel: 'files', label: 'Files', Icon: Folder },
] as const satisfies ReadonlyArray<{ panel: Panel; label: string; Icon: typeof Book }>;

export function PanelBar() {
  const shown = useLab((lab) => lab.panel);
  const show = useLab((lab) => lab.show);
  return (
    <div className="panel-dock">
      {shown === 'read' && <StartBar />}
      <nav className="panel-bar" aria-label="Parts of this page">
        {panels.map(({ panel, label, Icon }) => (
          <button
            key={panel}
            type="button"
            aria-current={shown === panel ? 'page' : undefined}
            onClick={() => show(panel)}
          >
            <Icon />
            {label}
          </button>
        ))}
      </nav>
    </div>
  );
}

/** The text fills a narrow page, so the way into the lab has to be in sight there too. */
function StartBar() {
  const idle = useLab((lab) => lab.view === null);
  const start = useLab((lab) => lab.start);
  if (!idle) return null;
  return (
    <button type="button" className="button button-strong start-bar" onClick={start}>
      <Play />
      Start the lab
    </button>
  );
}
