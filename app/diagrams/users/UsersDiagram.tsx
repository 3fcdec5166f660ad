'use client';

import { inodeOf, learnerPid } from '../model/names';
import { Empty } from '../parts/Empty';
import { type DiagramProps, nodeProps } from '../parts/node';
import { IdMap } from './IdMap';
import { type UserBox, type UserRow, userBoxes } from './model';
import './users.css';

export function UsersDiagram(props: DiagramProps) {
  const boxes = userBoxes(props.scene);
  if (boxes.length === 0) {
    return (
      <Empty title="No user namespace yet">
        User namespaces appear inside each other, with their maps, and with each process’s user id inside and outside.
      </Empty>
    );
  }
  return boxes.map((box) => <Box key={box.ref} box={box} depth={0} {...props} />);
}

function Box({ box, depth, ...props }: DiagramProps & { box: UserBox; depth: number }) {
  const { ns, made, mark } = box;
  return (
    <section
      className="dg-user-box"
      data-made={made || undefined}
      data-mark={mark}
      style={{ '--depth': depth }}
      aria-label={`${box.title} ${inodeOf(ns.id)}`}
    >
      <button
        type="button"
        className="dg-box-title"
        {...nodeProps(props, box.ref, `${box.title} ${inodeOf(ns.id)}`, mark)}
      >
        <span className="dg-marked">{box.title}</span>
        <code>{`user:[${inodeOf(ns.id)}]`}</code>
        {ns.ownerUid !== undefined && !ns.initial && (
          <span className="dg-user-owner">created by uid {ns.ownerUid}</span>
        )}
      </button>
      {made && (
        <div className="dg-user-maps">
          {box.sameMaps ? (
            <IdMap
              name="uid_map and gid_map"
              map={ns.uidMap}
              scale={props.scale}
              room={props.width - 26 * (depth + 1)}
            />
          ) : (
            <>
              <IdMap name="uid_map" map={ns.uidMap} scale={props.scale} room={props.width - 26 * (depth + 1)} />
              <IdMap name="gid_map" map={ns.gidMap} scale={props.scale} room={props.width - 26 * (depth + 1)} />
            </>
          )}
          {ns.setgroups === 'deny' && (
            <p className="dg-quiet">
              <code>setgroups</code> is denied.
            </p>
          )}
        </div>
      )}
      <Members box={box} {...props} />
      {made && <Owned box={box} {...props} />}
      {box.children.map((child) => (
        <Box key={child.ref} box={child} depth={depth + 1} {...props} />
      ))}
    </section>
  );
}

function Members({ box, ...props }: DiagramProps & { box: UserBox }) {
  if (box.rows.length === 0) return <p className="dg-quiet">no process</p>;
  return (
    <div className="dg-user-rows">
      <div className="dg-user-row dg-user-heads" aria-hidden="true">
        <span>process</span>
        <span>uid inside</span>
        <span>outside</span>
        <span>capabilities here</span>
      </div>
      {box.rows.map((row) => (
        <Member key={row.ref} row={row} {...props} />
      ))}
      {box.moreRows > 0 && <p className="dg-quiet">and {box.moreRows.toLocaleString('en')} more processes</p>}
    </div>
  );
}

function Member({ row, ...props }: DiagramProps & { row: UserRow }) {
  const { process, count, inside, mapped, outside, capabilities, mark } = row;
  const spoken = `${process.command} ${learnerPid(process)}, uid ${inside} inside, ${outside} outside, capabilities ${capabilities}`;
  return (
    <button type="button" className="dg-user-row" {...nodeProps(props, row.ref, spoken, mark)}>
      <span className="dg-user-process">
        <span className="dg-marked">{process.command}</span>{' '}
        <small>{count > 1 ? `× ${count.toLocaleString('en')}` : learnerPid(process)}</small>
      </span>
      <span className="dg-user-id" data-root={inside === 0 || undefined} data-unmapped={!mapped || undefined}>
        {inside}
      </span>
      <span className="dg-user-id" data-root={outside === 0 || undefined}>
        {outside}
      </span>
      <span className="dg-user-caps" data-caps={capabilities === 'none' ? 'none' : 'some'}>
        {capabilities}
      </span>
    </button>
  );
}

function Owned({ box, ...props }: DiagramProps & { box: UserBox }) {
  if (box.owns.length === 0)
    return <p className="dg-quiet">Owns no other namespace: its capabilities count over its own users only.</p>;
  return (
    <div className="dg-user-owns">
      <span>owns</span>
      <ul className="dg-chips">
        {box.owns.map(({ id, ref, text, mark }) => (
          <li key={id}>
            <button type="button" className="dg-chip" {...nodeProps(props, ref, `owns ${text}`, mark)}>
              <span className="dg-marked">{text}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
