'use client';

import { inodeOf, learnerPid, nsOwnerName, nsTitle } from '../model/names';
import { refOf } from '../model/scene';
import { Empty } from '../parts/Empty';
import { type DiagramProps, nodeProps } from '../parts/node';
import { Glyph } from './Glyph';
import { type IpcBox, ipcBoxes } from './model';
import './ipc.css';

export function IpcDiagram(props: DiagramProps) {
  const boxes = ipcBoxes(props.scene);
  if (boxes.length === 0) {
    return (
      <Empty title="No IPC namespace yet">
        Each IPC namespace appears as a box with its shared memory, semaphores and queues, and the processes that can
        reach them.
      </Empty>
    );
  }
  return (
    <div className="dg-ipc">
      {boxes.map((box) => (
        <Box key={box.ns} box={box} {...props} />
      ))}
    </div>
  );
}

function Box({ box, ...props }: DiagramProps & { box: IpcBox }) {
  const { state } = props.scene;
  const name = nsOwnerName(state, box.ns);
  return (
    <section
      className="dg-ipc-box"
      data-made={box.made || undefined}
      data-mark={box.mark}
      aria-label={nsTitle(state, box.ns)}
    >
      <button
        type="button"
        className="dg-box-title"
        {...nodeProps(props, refOf('namespaces', box.ns), nsTitle(state, box.ns), box.mark)}
      >
        <span className="dg-marked">{box.made ? (name ?? 'IPC namespace') : `Machine ${name}`}</span>
        <code>{`ipc:[${inodeOf(box.ns)}]`}</code>
      </button>
      {box.objects.length === 0 && <p className="dg-quiet">no object</p>}
      <ul className="dg-ipc-objects">
        {box.objects.map(({ ref, object, title, label, size, mark }) => (
          <li key={ref}>
            <button
              type="button"
              className="dg-ipc-object"
              {...nodeProps(props, ref, `${title} ${label}, ${size}`, mark)}
            >
              <Glyph kind={object.kind} count={object.size} />
              <span className="dg-ipc-words">
                <span className="dg-ipc-label dg-marked">{label}</span>
                <span className="dg-ipc-size">
                  {title}, {size}
                </span>
              </span>
              <code>{object.mode.toString(8).padStart(3, '0')}</code>
            </button>
          </li>
        ))}
        {box.moreObjects > 0 && <li className="dg-quiet">and {box.moreObjects.toLocaleString('en')} more objects</li>}
      </ul>
      <ul className="dg-chips" aria-label="Processes in it">
        {box.processes.map(({ process, ref, mark }) => (
          <li key={ref}>
            <button
              type="button"
              className="dg-chip"
              {...nodeProps(props, ref, `${process.command} ${learnerPid(process)}`, mark)}
            >
              <span className="dg-marked">{process.command}</span> <span>{learnerPid(process)}</span>
            </button>
          </li>
        ))}
        {box.moreProcesses > 0 && <li className="dg-quiet">and {box.moreProcesses.toLocaleString('en')} more</li>}
      </ul>
    </section>
  );
}
