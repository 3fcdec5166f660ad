import { useId } from 'react';
import { counted } from '../model/names';
import { Arrowhead } from '../parts/Arrowhead';
import { Drawing } from '../parts/Drawing';
import { type DiagramProps, nodeProps } from '../parts/node';
import type { Operation } from './model';
import { callText } from './outline';
import { charWidth, headHeight, type Lifeline, type PlacedCall, placeSequence } from './placement';

/** What the frame around an operation takes of the width. */
const frame = 20;

/** An operation as a sequence: lifelines of the runtime and the plugins, an arrow there and one back for each call. */
export function Sequence({ operation, ...props }: DiagramProps & { operation: Operation }) {
  const room = Math.max(props.width - frame, 300);
  const layout = placeSequence(operation, room);
  const arrow = useId();
  return (
    <>
      <Drawing
        label={`Calls of ${operation.command} ${operation.network}`}
        width={layout.width}
        height={layout.height}
        room={room}
        scale={props.scale}
      >
        <defs>
          <Arrowhead id={`${arrow}ok`} className="dg-call-head" />
          <Arrowhead id={`${arrow}error`} className="dg-call-head-error" />
        </defs>
        {layout.lifelines.map((line, index) => (
          <LifelineShape key={line.key} line={line} runtime={index === 0} bottom={layout.height} />
        ))}
        {layout.calls.map((placed) => (
          <CallShape key={placed.node.ref} placed={placed} lifelines={layout.lifelines} arrow={arrow} {...props} />
        ))}
      </Drawing>
      {layout.more > 0 && <p className="dg-note">And {counted(layout.more, 'more call')}.</p>}
    </>
  );
}

function LifelineShape({ line, runtime, bottom }: { line: Lifeline; runtime: boolean; bottom: number }) {
  const { name, x, width } = line;
  return (
    <g className="dg-lifeline" data-runtime={runtime || undefined}>
      <line x1={x} x2={x} y1={headHeight} y2={bottom} />
      <rect x={x - width / 2} y="1" width={width} height={headHeight - 2} rx={runtime ? 12 : 4} />
      <text x={x} y="17.5" textAnchor="middle">
        {name}
      </text>
    </g>
  );
}

type CallShapeProps = DiagramProps & { placed: PlacedCall; lifelines: readonly Lifeline[]; arrow: string };

/** Half the width of the bar on a lifeline while its plugin runs. */
const half = 4;

function CallShape({ placed, lifelines, arrow, ...props }: CallShapeProps) {
  const { node, from, to, called, answered, question, answer } = placed;
  const { outcome, mark } = node;
  const start = lifelines[from]?.x ?? 0;
  const end = lifelines[to]?.x ?? 0;
  const side = end >= start ? half : -half;
  const near = from === 0 ? start : start + side;
  const far = end - side;
  const middle = (start + end) / 2;
  return (
    <g className="dg-call" data-outcome={outcome} {...nodeProps(props, node.ref, callText(node), mark)}>
      <rect
        className="dg-hit"
        x={Math.min(start, end)}
        y={called - 16}
        width={Math.abs(end - start) + half}
        height={answered - called + 20}
      />
      {mark && (
        <rect
          className="dg-marker"
          x={middle - (question.length * charWidth) / 2 - 3}
          y={called - 15.5}
          width={question.length * charWidth + 6}
          height="13.5"
          rx="1"
        />
      )}
      <rect className="dg-call-bar" x={end - half} y={called} width={half * 2} height={answered - called} rx="1.5" />
      <path className="dg-call-line" d={`M${near} ${called}H${far}`} markerEnd={`url(#${arrow}ok)`} />
      <text className="dg-call-question" x={middle} y={called - 5} textAnchor="middle">
        {question}
      </text>
      {outcome !== 'running' && (
        <path
          className="dg-call-line"
          data-back={outcome}
          d={`M${far} ${answered}H${near}`}
          markerEnd={`url(#${arrow}${outcome})`}
        />
      )}
      <text className="dg-call-answer" x={middle} y={answered - 5} textAnchor="middle">
        {answer}
      </text>
    </g>
  );
}
