'use client';

import { useState } from 'react';
import type { NsId } from '../../../engine/state';
import { counted, inodeOf, nsOwnerName, nsTitle, propagationText } from '../model/names';
import { refOf } from '../model/scene';
import { Empty } from '../parts/Empty';
import { Key } from '../parts/Key';
import { type DiagramProps, nodeProps } from '../parts/node';
import { Buses, busGutter } from './Buses';
import { type FoldRow, type MountPanel, type MountRow, mountPanels } from './model';
import { type Bus, placeMounts } from './placement';
import './mounts.css';

export function MountsDiagram(props: DiagramProps) {
  const [open, setOpen] = useState<ReadonlySet<NsId>>(new Set());
  const panels = mountPanels(props.scene, open);
  if (panels.length === 0) {
    return (
      <Empty title="No mount namespace yet">
        Each mount namespace gets its own tree of mounts, and a line joins the mounts that pass new mounts on to each
        other.
      </Empty>
    );
  }
  const placement = placeMounts(panels);
  const toggle = (ns: NsId) =>
    setOpen((old) => new Set(old.has(ns) ? [...old].filter((id) => id !== ns) : [...old, ns]));
  return (
    <>
      <div className="dg-mounts" style={{ '--gutter': `${busGutter(placement.lanes) / 16}rem` }}>
        {panels.map((panel) => (
          <Panel
            key={panel.ns}
            panel={panel}
            buses={placement.buses}
            open={open.has(panel.ns)}
            onToggle={() => toggle(panel.ns)}
            {...props}
          />
        ))}
        <Buses placement={placement} scale={props.scale} />
      </div>
      <Key
        entries={[
          { shape: 'peer', text: 'shared: passes mounts on and receives them' },
          { shape: 'slave', text: 'slave: receives only' },
          { shape: 'private', text: 'private' },
          { shape: 'unbindable', text: 'unbindable' },
        ]}
      />
    </>
  );
}

function Panel({
  panel,
  buses,
  open,
  onToggle,
  ...props
}: DiagramProps & { panel: MountPanel; buses: readonly Bus[]; open: boolean; onToggle(): void }) {
  const { state } = props.scene;
  const name = nsOwnerName(state, panel.ns);
  return (
    <section
      className="dg-mount-panel"
      data-made={panel.made || undefined}
      data-mark={panel.mark}
      aria-label={nsTitle(state, panel.ns)}
    >
      <button
        type="button"
        className="dg-mount-head"
        {...nodeProps(props, refOf('namespaces', panel.ns), nsTitle(state, panel.ns), panel.mark)}
      >
        <span className="dg-marked">{panel.made ? (name ?? 'Mount namespace') : `Machine ${name}`}</span>
        <code>{`mnt:[${inodeOf(panel.ns)}]`}</code>
        <span className="dg-mount-count">{counted(panel.processes, 'process', 'processes')}</span>
      </button>
      <ul>
        {panel.rows.map((row) =>
          row.kind === 'mount' ? (
            <MountItem
              key={row.key}
              row={row}
              joined={buses.some(({ taps }) => taps.some(({ key }) => key === row.key))}
              {...props}
            />
          ) : (
            <FoldItem key={row.key} row={row} open={open} onToggle={onToggle} />
          ),
        )}
        {open && (
          <li className="dg-fold">
            <button type="button" onClick={onToggle}>
              fold the system’s mounts
            </button>
          </li>
        )}
      </ul>
    </section>
  );
}

function MountItem({ row, joined, ...props }: DiagramProps & { row: MountRow; joined: boolean }) {
  const { mount, mark } = row;
  const parent = row.depth > 0 ? props.scene.state.mounts[`${mount.ns}/${mount.parent}`]?.mountPoint : undefined;
  const prefix = parent === undefined || parent === '/' ? '' : parent;
  const own = mount.mountPoint.startsWith(prefix) ? mount.mountPoint.slice(prefix.length) : mount.mountPoint;
  return (
    <li>
      <button
        type="button"
        className="dg-mount"
        style={{ '--depth': Math.min(row.depth, 8) }}
        {...nodeProps(props, row.ref, `${mount.mountPoint}, ${mount.fsType}, ${propagationText(mount)}`, mark)}
      >
        <span className="dg-mount-point dg-marked">{own || mount.mountPoint}</span>
        <span className="dg-mount-type">{mount.fsType}</span>
        <PropagationSign row={row} joined={joined} />
      </button>
    </li>
  );
}

function PropagationSign({ row, joined }: { row: MountRow; joined: boolean }) {
  const { shared, master, unbindable } = row.mount.propagation;
  return (
    <span className="dg-propagation" data-joined={joined || undefined}>
      {master !== undefined && <span data-sign="slave">{`slave ${master}`}</span>}
      {shared !== undefined && <span data-sign="shared">{`shared ${shared}`}</span>}
      {unbindable && <span data-sign="unbindable">unbindable</span>}
      {shared === undefined && master === undefined && !unbindable && <span data-sign="private">private</span>}
    </span>
  );
}

function FoldItem({ row, open, onToggle }: { row: FoldRow; open: boolean; onToggle(): void }) {
  const text = `${row.names.join(', ')}${row.count > row.names.length ? ' …' : ''}`;
  if (!row.system) return <li className="dg-fold">and {row.count.toLocaleString('en')} more mounts</li>;
  return (
    <li className="dg-fold">
      <button type="button" aria-expanded={open} onClick={onToggle}>
        {counted(row.count, 'system mount')} <code>{text}</code>
      </button>
    </li>
  );
}
