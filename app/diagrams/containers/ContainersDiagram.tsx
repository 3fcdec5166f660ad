'use client';

import { useId } from 'react';
import { namespaceKinds } from '../../../engine/state';
import { shorten } from '../model/names';
import { Arrowhead } from '../parts/Arrowhead';
import { Drawing } from '../parts/Drawing';
import { Empty } from '../parts/Empty';
import { Key } from '../parts/Key';
import { type DiagramProps, enlarged, nodeProps } from '../parts/node';
import { placeTexts } from './lifecycle';
import { idleLifecycle, type Lifecycle, lifecycles } from './model';
import { containerText } from './outline';
import { chipHeight, type PlacedContainer, type PlacedState, type PlacedStep, placeLifecycle } from './placement';
import './containers.css';

export function ContainersDiagram(given: DiagramProps) {
  const props = enlarged(given);
  const models = lifecycles(props.scene);
  if (models.length === 0) {
    return (
      <>
        <Empty title="No container yet">
          The runtime’s containers appear here, each on the state it is in, with its process; the way that the last
          command took is marked.
        </Empty>
        <LifecycleFigure model={idleLifecycle} {...props} />
      </>
    );
  }
  return (
    <>
      {models.map((model) => (
        <LifecycleFigure key={model.machine} model={model} named={props.scene.machines.length > 1} {...props} />
      ))}
      <Key
        entries={[
          { shape: 'own-ns', text: 'namespace of its own' },
          { shape: 'machine-ns', text: 'shared with the Machine' },
        ]}
      />
    </>
  );
}

function LifecycleFigure({ model, named = false, ...props }: DiagramProps & { model: Lifecycle; named?: boolean }) {
  const layout = placeLifecycle(model, Math.max(props.width, 320));
  const arrow = useId();
  return (
    <section className="dg-lifecycle" aria-label={`Containers${model.machine ? ` of ${model.machine}` : ''}`}>
      {named && <p className="dg-lifecycle-title">{model.machine}</p>}
      <Drawing
        label="States of a container and the operations between them"
        width={layout.width}
        height={layout.height}
        room={props.width}
        scale={props.scale}
      >
        <defs>
          <Arrowhead id={arrow} className="dg-step-head" />
          <Arrowhead id={`${arrow}-taken`} className="dg-step-head-taken" />
        </defs>
        <circle className="dg-dot" cx={layout.dot.x} cy={layout.dot.y} r="6" />
        {layout.states.map((state) => (
          <StateShape key={state.place} state={state} occupied={model.containers.some(isAt(state))} />
        ))}
        {[false, true].flatMap((taken) =>
          layout.steps
            .filter(({ step }) => model.taken.has(step) === taken)
            .map((placed) => <StepShape key={placed.path} placed={placed} taken={taken} arrow={arrow} />),
        )}
        {layout.containers.map((placed) => (
          <ContainerShape key={placed.node.ref} placed={placed} {...props} />
        ))}
      </Drawing>
    </section>
  );
}

const isAt =
  ({ place }: PlacedState) =>
  (node: Lifecycle['containers'][number]) =>
    node.place === place;

function StateShape({ state, occupied }: { state: PlacedState; occupied: boolean }) {
  const { place, x, y, width, height, more } = state;
  return (
    <g className="dg-state" data-place={place} data-occupied={occupied || undefined}>
      <title>{`${place}: ${placeTexts[place]}`}</title>
      <rect className="dg-state-box" x={x} y={y} width={width} height={height} rx={14} />
      <text className="dg-state-name" x={x + 14} y={y + 19}>
        {place}
      </text>
      {more > 0 && (
        <text className="dg-state-more" x={x + 14} y={y + height - 8}>
          and {more.toLocaleString('en')} more
        </text>
      )}
    </g>
  );
}

function StepShape({ placed, taken, arrow }: { placed: PlacedStep; taken: boolean; arrow: string }) {
  const { path, label } = placed;
  return (
    <g className="dg-step" data-taken={taken || undefined}>
      {taken && <path className="dg-step-marker" d={path} />}
      <path className="dg-step-line" d={path} markerEnd={`url(#${arrow}${taken ? '-taken' : ''})`} />
      <text textAnchor={label.anchor}>
        {label.lines.map((line, index) => (
          <tspan key={line} x={label.x} y={label.y + index * 12}>
            {line}
          </tspan>
        ))}
      </text>
    </g>
  );
}

/** Keyed by the container and placed by a transform, so that it travels from state to state. */
function ContainerShape({ placed, ...props }: DiagramProps & { placed: PlacedContainer }) {
  const { node, x, y, width } = placed;
  const { container, pid, own, mark } = node;
  const pidText = pid === null ? '' : `pid ${pid}`;
  const id = shorten(container.id, Math.max(6, Math.floor((width - 24 - pidText.length * 6.65) / 7.25)));
  return (
    <g
      className="dg-container"
      data-place={node.place}
      style={{ transform: `translate(${x}px, ${y}px)` }}
      {...nodeProps(props, node.ref, containerText(node), mark)}
    >
      <rect className="dg-container-box" width={width} height={chipHeight} rx="5" />
      {mark && mark !== 'gone' && (
        <rect className="dg-marker" x="6" y="5" width={id.length * 7.25 + 6} height="15" rx="1" />
      )}
      <text className="dg-container-id" x="9" y="16">
        {id}
      </text>
      {pidText && (
        <text className="dg-container-pid" x={width - 8} y="16" textAnchor="end">
          {pidText}
        </text>
      )}
      <text className="dg-container-args" x="9" y="30">
        {shorten(container.args.join(' '), Math.floor((width - 16) / 6.65))}
      </text>
      {own &&
        namespaceKinds.map((kind, index) => (
          <rect
            key={kind}
            className="dg-container-ns"
            data-own={own[kind] || undefined}
            style={{ '--kind': `var(--ns-${kind})` }}
            x={9.5 + index * 12}
            y="37"
            width="8"
            height="7"
            rx="1.5"
          />
        ))}
    </g>
  );
}
