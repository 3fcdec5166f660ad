import { memo, useMemo } from 'react';
import { type ChangeLine, describeChange } from '../describe';
import { counted } from '../model/names';
import type { EntityRef } from '../model/scene';
import type { CommandChanges, StateTimeline } from '../timeline';

interface ChangeListProps {
  timeline: StateTimeline;
  version: number;
  position: number | null;
  onSelect(ref: EntityRef): void;
  onMove(position: number | null): void;
}

/** Commands listed, and sentences a command. */
const maxCommands = 12;
const maxLines = 12;

/** What each command changed, in words, the newest first. */
export const ChangeList = memo(function ChangeList({ timeline, version, position, onSelect, onMove }: ChangeListProps) {
  // biome-ignore lint/correctness/useExhaustiveDependencies: `version` stands for the content of the timeline
  const told = useMemo(
    () =>
      timeline.commandsBefore(position ?? timeline.end, maxCommands).map((segment) => ({
        segment,
        lines: linesOf(segment),
      })),
    [timeline, position, version],
  );
  const [newest] = told;
  return (
    <section className="dg-changes" aria-label="What changed">
      <h3>What changed</h3>
      <p className="dg-sr" aria-live="polite">
        {newest && announcement(newest.lines.map(({ text }) => text))}
      </p>
      {told.length === 0 && <p className="dg-quiet">Type a command; what it changes in the kernel is said here.</p>}
      <ol>
        {told.map(({ segment, lines }, index) => (
          <li
            key={keyOf(segment, index)}
            data-newest={index === 0 || undefined}
            data-quiet={lines.length === 0 || undefined}
          >
            <button
              type="button"
              className="dg-command"
              title="Show the lab as it was after this command"
              onClick={() => onMove(index === 0 && position === null ? null : positionOf(timeline, segment))}
            >
              {segment.command?.line}
            </button>
            {lines.length === 0 ? (
              <span className="dg-quiet">nothing that lasts</span>
            ) : (
              <ul>
                {lines.slice(0, maxLines).map((line) => (
                  <li key={`${line.entity} ${line.text}`} data-mark={line.mark}>
                    <button type="button" onClick={() => onSelect(line.entity)}>
                      <span>{line.text}</span>
                    </button>
                  </li>
                ))}
                {lines.length > maxLines && (
                  <li className="dg-quiet">and {counted(lines.length - maxLines, 'more change')}</li>
                )}
              </ul>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
});

/** A finished command's sentences do not change; the timeline keeps its segment, and this its sentences. */
const known = new WeakMap<CommandChanges, ChangeLine[]>();

function linesOf(segment: CommandChanges): ChangeLine[] {
  const lines = known.get(segment) ?? describeChange(segment.before, segment.after, segment.patch);
  known.set(segment, lines);
  return lines;
}

function announcement(texts: readonly string[]): string {
  const [first] = texts;
  if (!first) return '';
  return texts.length === 1 ? first : `${first}; and ${counted(texts.length - 1, 'more change')}`;
}

const keyOf = ({ command }: CommandChanges, index: number) =>
  command ? `${command.terminal} ${command.at}` : `${index}`;

/** The end of a command's changes: just before the next command. */
function positionOf(timeline: StateTimeline, { command }: CommandChanges): number {
  const start = timeline.events.findIndex((event) => event.kind === 'command' && event.command === command);
  const next = timeline.events.findIndex((event, index) => index > start && event.kind === 'command');
  return next < 0 ? timeline.end : next;
}
