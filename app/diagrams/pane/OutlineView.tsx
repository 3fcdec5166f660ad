import { lineText, type Outline, type OutlineLine } from '../model/outline';

/** A diagram in words, as nested lists. */
export function OutlineView({ outline }: { outline: Outline }) {
  return (
    <>
      <p className="dg-text-summary">{outline.summary}</p>
      <Lines lines={outline.lines} />
    </>
  );
}

function Lines({ lines }: { lines: readonly OutlineLine[] }) {
  if (lines.length === 0) return null;
  return (
    <ul>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity and hold no state
        <li key={index} data-mark={line.mark}>
          <span>{lineText(line)}</span>
          {line.children && <Lines lines={line.children} />}
        </li>
      ))}
    </ul>
  );
}
