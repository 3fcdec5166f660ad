'use client';

import { kindNames, shorten } from '../model/names';
import { Drawing } from '../parts/Drawing';
import { Empty } from '../parts/Empty';
import { Key } from '../parts/Key';
import { type DiagramProps, enlarged, nodeProps } from '../parts/node';
import { LaneShape } from './LaneShape';
import { MadeList } from './MadeList';
import { namespacesModel, type Row } from './model';
import { type MatrixPlacement, type PlacedColumn, placeMatrix } from './placement';
import './namespaces.css';

export function NamespacesDiagram(given: DiagramProps) {
  const props = enlarged(given);
  const model = namespacesModel(props.scene);
  if (model.rows.length === 0) {
    return (
      <Empty title="No process yet">
        Each process of the lab gets a row, each kind of namespace a column, and each namespace a line through the
        processes that share it.
      </Empty>
    );
  }
  const layout = placeMatrix(model, Math.max(props.width, 340));
  return (
    <>
      <Drawing
        label="Processes and the namespaces they are in"
        width={layout.width}
        height={layout.height}
        room={props.width}
        scale={props.scale}
      >
        {layout.columns.map((column, index) => (
          <ColumnShape key={column.kind} column={column} layout={layout} odd={index % 2 === 1} />
        ))}
        {layout.rows.map(({ row, y }) => (
          <RowShape key={row.key} row={row} y={y} layout={layout} {...props} />
        ))}
        {layout.columns.flatMap((column) =>
          column.lanes.map((lane) => (
            <LaneShape key={lane.id} lane={lane} column={column} layout={layout} {...props} />
          )),
        )}
        {layout.rules.map(({ y, label }) => (
          <g key={label} className="dg-matrix-rule">
            <line x1="0" x2={layout.width} y1={y} y2={y} />
            <text x="0" y={y + 15}>
              {label}
            </text>
          </g>
        ))}
      </Drawing>
      <MadeList layout={layout} {...props} />
      <Key
        entries={[
          { shape: 'host', text: 'the host’s own' },
          { shape: 'machine', text: 'the Machine’s' },
          { shape: 'made', text: 'made in the lab' },
          { shape: 'pin', text: 'held by a bind mount' },
        ]}
      />
      {model.grouped > 0 && (
        <p className="dg-note">
          {model.grouped.toLocaleString('en')} processes; those with the same namespaces share a row.
        </p>
      )}
    </>
  );
}

function ColumnShape({ column, layout, odd }: { column: PlacedColumn; layout: MatrixPlacement; odd: boolean }) {
  const centre = column.x + column.width / 2;
  return (
    <g className="dg-kind" data-odd={odd || undefined} style={{ '--kind': `var(--ns-${column.kind})` }}>
      <rect x={column.x} y="0" width={column.width} height={layout.height} />
      <text x={centre} y="17" textAnchor="middle" className="dg-kind-name" data-narrow={column.width < 44 || undefined}>
        {column.width < 44 && column.kind === 'cgroup' ? 'cgrp' : column.kind}
        <title>{`${kindNames[column.kind]} namespaces`}</title>
      </text>
      <line x1={column.x + 6} x2={column.x + column.width - 6} y1="25" y2="25" />
    </g>
  );
}

function RowShape({ row, y, layout, ...props }: DiagramProps & { row: Row; y: number; layout: MatrixPlacement }) {
  const indent = Math.min(row.depth, 6) * 10;
  const room = Math.floor((layout.nameWidth - indent - (row.pid === null ? 8 : 44)) / 7.25);
  const title = shorten(row.title, Math.max(room, 4));
  return (
    <g
      className="dg-row"
      data-row={row.kind}
      {...nodeProps(props, row.ref ?? row.key, `${row.title}${row.pid === null ? '' : ` ${row.pid}`}`, row.mark)}
    >
      <rect className="dg-row-band" x="0" y={y - layout.rowHeight / 2} width={layout.width} height={layout.rowHeight} />
      {row.depth > 0 && <path className="dg-branch" d={`M${indent - 5.5} ${y - 14}V${y - 3}q0 3 3 3h5`} />}
      {row.mark && row.mark !== 'gone' && (
        <rect className="dg-marker" x={indent + 3} y={y - 8} width={title.length * 7.25 + 6} height="16" rx="1" />
      )}
      <text className="dg-row-name" x={indent + 6} y={y + 4}>
        {title}
      </text>
      {row.pid !== null && (
        <text className="dg-row-pid" x={layout.nameWidth - 10} y={y + 4} textAnchor="end">
          {row.pid}
        </text>
      )}
    </g>
  );
}
