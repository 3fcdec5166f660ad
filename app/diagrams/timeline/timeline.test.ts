import { describe, expect, it } from 'vitest';
import { applyPatch, emptyState, type IpcObject, type LabState, type StatePatch } from '../../../engine/state';
import { StateTimeline, type TimelineEntry } from './timeline';

const queue = (id: number, size: number): IpcObject => ({
  ns: 'ipc:1',
  kind: 'msg',
  id,
  key: id,
  name: null,
  ownerUid: 0,
  mode: 0o600,
  size,
  attached: 0,
});
const sized = (id: number, size: number): StatePatch => ({ ipc: { [`ipc:1/msg/${id}`]: queue(id, size) } });
const gone = (id: number): StatePatch => ({ ipc: { [`ipc:1/msg/${id}`]: null } });
const sizes = (state: LabState) => Object.values(state.ipc).map((object) => object.size);

describe('StateTimeline', () => {
  it('replays any position, across keyframes, to what was true then', () => {
    const timeline = new StateTimeline({ keyframeEvery: 8 });
    timeline.observe(0, emptyState());
    const seen = [timeline.head];
    for (let step = 1; step <= 100; step += 1) {
      timeline.patch(step, step % 7 === 0 ? gone(step - 1) : sized(step % 20, step));
      seen.push(timeline.head);
    }
    for (const position of [100, 0, 55, 8, 7, 9, 64, 99, 1]) expect(timeline.stateAt(position)).toEqual(seen[position]);
  });

  it('moves positions outside the history to its nearest end', () => {
    const timeline = new StateTimeline();
    timeline.observe(0, emptyState());
    timeline.patch(5, sized(1, 1));
    expect(timeline.stateAt(99)).toBe(timeline.head);
    expect(timeline.stateAt(-3)).toEqual(emptyState());
  });

  it('finds the position of a time', () => {
    const timeline = new StateTimeline();
    timeline.observe(0, emptyState());
    for (const at of [10, 20, 20, 30]) timeline.patch(at, sized(at, timeline.end));
    expect([0, 10, 19, 20, 25, 31].map((time) => timeline.positionAt(time))).toEqual([0, 1, 1, 3, 3, 4]);
  });

  it('tells what changed since the last command, and nothing before the first one', () => {
    const timeline = new StateTimeline();
    timeline.observe(0, emptyState());
    timeline.patch(1, sized(1, 1));
    expect(timeline.changesAt()).toMatchObject({ command: null, patch: {} });
    timeline.command({ at: 2, terminal: 'a', line: 'ipcmk -Q' });
    timeline.patch(3, sized(2, 2));
    timeline.patch(4, gone(2));
    timeline.patch(5, sized(3, 3));
    expect(timeline.changesAt()).toMatchObject({ command: { line: 'ipcmk -Q' }, patch: sized(3, 3) });
    expect(timeline.changesAt(3).patch).toEqual(sized(2, 2));
  });

  it('puts a command that is heard of late before its effects', () => {
    const timeline = new StateTimeline();
    timeline.observe(0, emptyState());
    timeline.patch(10, sized(1, 1));
    timeline.patch(30, sized(2, 2));
    timeline.command({ at: 20, terminal: 'a', line: 'late' });
    expect(timeline.changesAt().patch).toEqual(sized(2, 2));
    expect(sizes(timeline.head)).toEqual([1, 2]);
  });

  it('lists commands newest first, each with its own changes', () => {
    const timeline = new StateTimeline();
    timeline.observe(0, emptyState());
    timeline.command({ at: 1, terminal: 'a', line: 'one' });
    timeline.patch(2, sized(1, 1));
    timeline.command({ at: 3, terminal: 'a', line: 'two' });
    timeline.command({ at: 4, terminal: 'a', line: 'three' });
    timeline.patch(5, sized(3, 3));
    const told = timeline.commandsBefore().map(({ command, patch }) => [command?.line, patch]);
    expect(told).toEqual([
      ['three', sized(3, 3)],
      ['two', {}],
      ['one', sized(1, 1)],
    ]);
    expect(timeline.commandsBefore(2)).toHaveLength(1);
    expect(timeline.commandsBefore(timeline.end, 2)).toHaveLength(2);
  });

  it('steps from command to command', () => {
    const timeline = new StateTimeline();
    timeline.observe(0, emptyState());
    timeline.patch(1, sized(1, 1));
    timeline.command({ at: 2, terminal: 'a', line: 'one' });
    timeline.patch(3, sized(1, 2));
    timeline.command({ at: 4, terminal: 'a', line: 'two' });
    timeline.patch(5, sized(1, 3));
    expect(timeline.nextCommand(5, -1)).toBe(3);
    expect(timeline.nextCommand(3, -1)).toBe(1);
    expect(timeline.nextCommand(1, -1)).toBe(0);
    expect(timeline.nextCommand(1, 1)).toBe(3);
    expect(timeline.nextCommand(3, 1)).toBe(5);
  });

  it('puts the journal of the time before in front, without what it saw itself', () => {
    const start = applyPatch(emptyState(), sized(1, 2));
    const timeline = new StateTimeline();
    timeline.observe(50, start);
    timeline.patch(60, sized(9, 9));
    const epoch = timeline.epoch;
    const journal: TimelineEntry[] = [
      { at: 0, event: { kind: 'state', patch: sized(1, 1) } },
      { at: 6, event: { kind: 'command', terminal: 'a', line: 'grow' } },
      { at: 7, event: { kind: 'state', patch: sized(1, 2) } },
      { at: 60, event: { kind: 'state', patch: sized(9, 9) } },
    ];
    timeline.load(journal);
    expect(timeline.epoch).not.toBe(epoch);
    expect(timeline.events).toHaveLength(4);
    expect([0, 1, 3, 4].map((position) => sizes(timeline.stateAt(position)))).toEqual([[], [1], [2], [2, 9]]);
  });

  it('bridges a gap between the journal and the first observed state', () => {
    const timeline = new StateTimeline();
    timeline.observe(50, applyPatch(emptyState(), sized(2, 2)));
    timeline.load([{ at: 0, event: { kind: 'state', patch: sized(1, 1) } }]);
    expect(sizes(timeline.stateAt(1))).toEqual([1]);
    expect(sizes(timeline.head)).toEqual([2]);
  });

  it('turns a second snapshot into the patch that leads to it', () => {
    const timeline = new StateTimeline();
    timeline.observe(0, applyPatch(emptyState(), sized(1, 1)));
    timeline.observe(9, applyPatch(emptyState(), sized(2, 2)));
    expect(timeline.events).toMatchObject([{ kind: 'state', patch: { ...{ ipc: { 'ipc:1/msg/1': null } } } }]);
    expect(sizes(timeline.head)).toEqual([2]);
  });

  it('folds the oldest events away when there are too many, and keeps the newest state', () => {
    const timeline = new StateTimeline({ maxEvents: 100 });
    timeline.observe(0, emptyState());
    for (let step = 1; step <= 500; step += 1) timeline.patch(step, sized(step % 3, step));
    expect(timeline.end).toBeLessThanOrEqual(100);
    expect(sizes(timeline.head).toSorted()).toEqual([498, 499, 500]);
    expect(sizes(timeline.stateAt(timeline.end - 1)).toSorted()).toEqual([497, 498, 499]);
  });

  it('tells its listeners, until they leave', () => {
    const timeline = new StateTimeline();
    let told = 0;
    const stop = timeline.subscribe(() => {
      told += 1;
    });
    timeline.observe(0, emptyState());
    timeline.patch(1, {});
    timeline.patch(2, sized(1, 1));
    stop();
    timeline.patch(3, sized(1, 2));
    expect(told).toBe(2);
  });
});
