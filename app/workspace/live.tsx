'use client';

/** A running lab: terminals above, diagram or files below. */
import { CurrentTask } from '../tasks/current-task';
import { LowerPane } from './lower-pane';
import { Splitter } from './splitter';
import { Terminals } from './terminals';
import { TouchKeys } from './touch-keys';

export function Live() {
  return (
    <div className="live">
      <CurrentTask />
      <Terminals />
      <TouchKeys />
      <Splitter name="split-terminal" label="Height of the terminal" orientation="horizontal" controls="terminals" />
      <LowerPane />
    </div>
  );
}
