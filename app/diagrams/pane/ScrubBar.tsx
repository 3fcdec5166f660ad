import { type KeyboardEvent, memo, useMemo } from 'react';
import type { StateTimeline } from '../timeline';
import { ClockButtons, type LabClock } from './ClockButtons';

interface ScrubBarProps {
  timeline: StateTimeline;
  version: number;
  /** Null while the diagrams follow the lab. */
  position: number | null;
  onMove(position: number | null): void;
  /** A simulated lab's clock; null where the past is only to be looked at. */
  clock: LabClock | null;
}

/** Goes back through the history; a simulated lab can go on from there. Arrow keys step by change, Page Up and Page Down by command. */
export const ScrubBar = memo(function ScrubBar({
  timeline,
  version,
  position,
  onMove,
  clock: labClock,
}: ScrubBarProps) {
  const at = position ?? timeline.end;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` stands for the content of the timeline
  const commands = useMemo(
    () =>
      timeline.events.flatMap((event, index) =>
        event.kind === 'command' ? [{ index, line: event.command.line }] : [],
      ),
    [timeline, version],
  );
  const last = commands.findLast(({ index }) => index < at);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'PageUp' || event.key === 'PageDown') {
      event.preventDefault();
      onMove(live(timeline, timeline.nextCommand(at, event.key === 'PageUp' ? -1 : 1)));
    }
    if (event.key === 'Escape') onMove(null);
  };
  const time = clock(timeline.timeAt(at));
  return (
    <footer className="dg-scrub">
      <button type="button" className="dg-live" aria-pressed={position === null} onClick={() => onMove(null)}>
        <span className="dg-live-dot" aria-hidden="true" />
        Live
      </button>
      <div className="dg-track">
        <svg aria-hidden="true" viewBox={`0 0 ${Math.max(timeline.end, 1)} 8`} preserveAspectRatio="none">
          {commands.map(({ index }) => (
            <line key={index} x1={index} x2={index} y1="0" y2="8" vectorEffect="non-scaling-stroke" />
          ))}
        </svg>
        <input
          type="range"
          min={0}
          max={Math.max(timeline.end, 1)}
          step={1}
          value={timeline.end === 0 ? 1 : at}
          disabled={timeline.end === 0}
          aria-label="Lab history"
          aria-valuetext={`${time}${last ? `, after ${last.line}` : ''}${position === null ? ', live' : ''}`}
          onChange={(event) => onMove(live(timeline, event.currentTarget.valueAsNumber))}
          onKeyDown={onKeyDown}
        />
      </div>
      {labClock !== null && position !== null && (
        <button
          type="button"
          className="dg-live dg-go-on"
          onClick={() => {
            labClock.rewind(timeline.timeAt(at));
            onMove(null);
          }}
        >
          Go on from here
        </button>
      )}
      {labClock !== null && position === null && <ClockButtons clock={labClock} />}
      <output className="dg-time">
        {position !== null && `${time} / `}
        {clock(timeline.timeAt(timeline.end))}
      </output>
    </footer>
  );
});

const live = (timeline: StateTimeline, position: number) => (position >= timeline.end ? null : position);

/** Lab time in minutes and seconds, `12:04`. */
function clock(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
