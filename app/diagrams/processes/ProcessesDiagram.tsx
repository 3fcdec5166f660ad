'use client';

import { commandLine, counted, inodeOf, nsTitle } from '../model/names';
import { refOf } from '../model/scene';
import { Empty } from '../parts/Empty';
import { type DiagramProps, nodeProps } from '../parts/node';
import { numbersOf, type PidBox, type ProcessNode, processBoxes } from './model';
import './processes.css';

export function ProcessesDiagram(props: DiagramProps) {
  const boxes = processBoxes(props.scene);
  if (boxes.length === 0) {
    return (
      <Empty title="No Machine yet">
        The processes of each Machine appear here as a tree, with a box for each pid namespace and the number each
        process has in it.
      </Empty>
    );
  }
  return boxes.map((box) => <Box key={box.id} box={box} {...props} />);
}

function Box({ box, ...props }: DiagramProps & { box: PidBox }) {
  const { state } = props.scene;
  const title = box.depth === 0 ? `Machine ${box.machine}` : 'PID namespace';
  return (
    <section
      className="dg-pidbox"
      data-depth={Math.min(box.depth, 3)}
      data-mark={box.mark}
      aria-label={nsTitle(state, box.id)}
    >
      <button
        type="button"
        className="dg-pidbox-title"
        {...nodeProps(props, refOf('namespaces', box.id), nsTitle(state, box.id), box.mark)}
      >
        <span className="dg-marked">{title}</span>
        <code>{`pid:[${inodeOf(box.id)}]`}</code>
        <span className="dg-pidbox-count">{counted(box.count, 'process', 'processes')}</span>
      </button>
      {box.roots.length > 0 && (
        <ul>
          {box.roots.map((node) => (
            <ProcessItem key={node.ref} node={node} {...props} />
          ))}
        </ul>
      )}
    </section>
  );
}

function ProcessItem({ node, ...props }: DiagramProps & { node: ProcessNode }) {
  const { process, mark } = node;
  const numbers = numbersOf(props.scene.state, process);
  const spoken = numbers.map(({ number }) => number).join(', inside that ');
  const nested = node.children.length + node.boxes.length + node.more.length > 0;
  return (
    <li className="dg-process" data-state={process.state}>
      <button
        type="button"
        className="dg-process-line"
        {...nodeProps(
          props,
          node.ref,
          `${process.command}, number ${spoken}, ${process.state}${process.tty ? `, on ${process.tty}` : ''}`,
          mark,
        )}
      >
        <span className="dg-pids">
          {numbers.map(({ ns, number }, level) => (
            <span
              key={ns ?? level}
              className="dg-pid"
              data-level={Math.min(level, 3)}
              data-init={number === 1 || undefined}
            >
              {number}
            </span>
          ))}
        </span>
        <span className="dg-process-command dg-marked">{process.command}</span>
        <span className="dg-process-args">{commandLine(process).split(' ').slice(1).join(' ')}</span>
        {process.state !== 'alive' && (
          <span className="dg-tag" data-tag={process.state}>
            {process.state}
          </span>
        )}
        {process.tty && (
          <span className="dg-tag" data-tag="tty">
            {process.tty}
          </span>
        )}
      </button>
      {nested && (
        <ul>
          {node.children.map((child) => (
            <ProcessItem key={child.ref} node={child} {...props} />
          ))}
          {node.boxes.map((box) => (
            <li key={box.id} className="dg-process-box">
              <Box box={box} {...props} />
            </li>
          ))}
          {node.more.map(({ command, count }) => (
            <li key={command} className="dg-process dg-more">
              and {count.toLocaleString('en')} more {command}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
