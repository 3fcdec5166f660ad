import type { IdMapRange } from '../../../engine/state';
import { Drawing } from '../parts/Drawing';
import { bandHeight, blockHeight, labelColumn, placeMap } from './placement';

interface IdMapProps {
  name: string;
  map: readonly IdMapRange[] | undefined;
  scale: number;
  room: number;
}

/** One map: the ids inside on top, and what each range is outside below it. */
export function IdMap({ name, map, scale, room }: IdMapProps) {
  if (!map || map.length === 0) {
    return (
      <p className="dg-idmap-empty">
        <code>{name}</code> is not written yet: every id looks like 65534 (nobody) inside.
      </p>
    );
  }
  const { width, height, blocks, more } = placeMap(map);
  const below = blockHeight + bandHeight;
  return (
    <div className="dg-idmap">
      <p>
        <code>{name}</code>
      </p>
      <Drawing
        label={`${name}: ${map.map(({ inside, outside, count }) => `${inside} ${outside} ${count}`).join('; ')}`}
        width={width}
        height={height}
        room={room}
        scale={scale}
      >
        <text className="dg-idmap-side" x="0" y="16">
          inside
        </text>
        <text className="dg-idmap-side" x="0" y={below + 16}>
          outside
        </text>
        <line className="dg-idmap-axis" x1={labelColumn} x2={width} y1={blockHeight / 2 + 1} y2={blockHeight / 2 + 1} />
        <line
          className="dg-idmap-axis"
          x1={labelColumn}
          x2={width}
          y1={below + blockHeight / 2 + 1}
          y2={below + blockHeight / 2 + 1}
        />
        {blocks.map(({ range, inside, outside }) => (
          <g key={`${range.inside} ${range.outside}`} className="dg-idmap-range">
            <path
              className="dg-idmap-band"
              d={`M${inside.x} ${blockHeight + 1}h${inside.width}L${outside.x + outside.width} ${below + 1}h${-outside.width}z`}
            />
            <rect x={inside.x} y="1" width={inside.width} height={blockHeight} rx="3" />
            <rect
              className="dg-idmap-outside"
              x={outside.x}
              y={below + 1}
              width={outside.width}
              height={blockHeight}
              rx="3"
            />
            <text x={inside.x + inside.width / 2} y="17" textAnchor="middle">
              {inside.label}
            </text>
            <text x={outside.x + outside.width / 2} y={below + 17} textAnchor="middle">
              {outside.label}
            </text>
          </g>
        ))}
      </Drawing>
      {more > 0 && <p className="dg-quiet">and {more} more ranges</p>}
    </div>
  );
}
