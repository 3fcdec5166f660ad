import { inodeOf, nsTitle } from '../model/names';
import { refOf } from '../model/scene';
import { type DiagramProps, nodeProps } from '../parts/node';
import type { MatrixPlacement, PlacedLane } from './placement';

/** The namespaces made in the lab, as lsns(8) would list them: inode, owner, what keeps each alive. */
export function MadeList({ layout, ...props }: DiagramProps & { layout: MatrixPlacement }) {
  const made = layout.columns.flatMap((column) => column.lanes.filter(({ origin }) => origin === 'made'));
  if (made.length === 0) return null;
  return (
    <ul className="dg-made" aria-label="Namespaces made in the lab">
      {made.map((lane) => (
        <Made key={lane.id} lane={lane} layout={layout} {...props} />
      ))}
    </ul>
  );
}

function Made({ lane, layout, ...props }: DiagramProps & { lane: PlacedLane; layout: MatrixPlacement }) {
  const { state } = props.scene;
  const ns = state.namespaces[lane.id];
  if (!ns) return null;
  const rows = layout.rows.filter(({ row }) => row.members[ns.kind] === lane.id).map(({ row }) => row);
  const processes = rows.filter(({ kind }) => kind === 'process').map(({ title, pid }) => `${title} ${pid}`);
  const groups = rows.filter(({ kind }) => kind === 'group').map(({ title }) => title);
  const held = [...processes, ...groups, ...new Set(ns.pins.map(({ path }) => path))];
  const facts = [
    ns.hostname === undefined ? null : `hostname ${ns.hostname}`,
    ns.owner ? `owner ${nsTitle(state, ns.owner)}` : null,
    held.length > 0 ? `held by ${held.slice(0, 3).join(', ')}${held.length > 3 ? ' …' : ''}` : 'no process in it',
  ].filter((fact) => fact !== null);
  return (
    <li>
      <button
        type="button"
        style={{ '--kind': `var(--ns-${ns.kind})` }}
        {...nodeProps(
          props,
          `${refOf('namespaces', lane.id)}`,
          `${nsTitle(state, lane.id)}, ${facts.join(', ')}`,
          lane.mark,
        )}
      >
        <span className="dg-made-kind">
          {ns.kind}
          {lane.number !== null && <b>{lane.number}</b>}
        </span>
        <code className="dg-marked">{inodeOf(lane.id)}</code>
        <span className="dg-made-facts">{facts.join('; ')}</span>
      </button>
    </li>
  );
}
