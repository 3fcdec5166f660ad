import { bytesText, shorten } from '../model/names';
import { type DiagramProps, nodeProps } from '../parts/node';
import { briefName, imageName, shortDigest } from './model';
import { layerText } from './outline';
import { nameHeight, type PlacedLayer, type PlacedStack } from './placement';

const pad = 9;
/** Widths of a character: the name's, and the small print's. */
const nameChar = 7.25;
const smallChar = 6.65;

interface Looked {
  /** The pointer or the focus is on something with this digest. */
  onLook(digest: string): void;
}

const looking = ({ onLook }: Looked, digest: string) => ({
  onFocus: () => onLook(digest),
  onPointerEnter: () => onLook(digest),
});

export function LayerShape({ placed, ...props }: DiagramProps & Looked & { placed: PlacedLayer }) {
  const { node, x, y, width, height, made } = placed;
  const { digest, size, count, sharedBy, state, mark, again, createdBy } = node;
  const label = count > 1 ? `${count} layers` : bytesText(size);
  const letters = Math.min(12, Math.floor((width - 2 * pad + 4) / smallChar));
  const note =
    count > 1 ? bytesText(size) : again ? `= ${shortDigest(digest, letters - 2)}` : shortDigest(digest, letters);
  const problem = state === 'present' ? null : state;
  return (
    <g
      className="dg-blob"
      data-shared={sharedBy > 1 || undefined}
      data-state={state}
      data-again={again || undefined}
      {...nodeProps(props, node.ref, `Layer ${layerText(node)}`, mark)}
      {...looking(props, digest)}
    >
      {again && <title>the same blob as in another stack, stored once</title>}
      <rect className="dg-blob-box" x={x} y={y} width={width} height={height} rx="3" />
      {count > 1 && <path className="dg-blob-fold" d={foldPath(x, y + height - 7, width)} />}
      {mark && mark !== 'gone' && (
        <rect className="dg-marker" x={x + pad - 3} y={y + 6} width={label.length * nameChar + 6} height="15" rx="1" />
      )}
      <text className="dg-blob-size" x={x + pad} y={y + 18}>
        {label}
      </text>
      {sharedBy > 1 && width > 190 && (
        <text className="dg-blob-shared" x={x + width - pad} y={y + 18} textAnchor="end">
          shared by {sharedBy} images
        </text>
      )}
      <text className="dg-blob-digest" x={x + pad} y={y + 32}>
        {note}
      </text>
      {made && (
        <text className="dg-blob-made" x={x + pad} y={y + 46}>
          {shorten(createdBy ?? '', Math.floor((width - 2 * pad) / smallChar))}
        </text>
      )}
      {problem && (
        <text className="dg-blob-problem" x={x + pad} y={y + (made ? 61 : 47)}>
          {problem}
        </text>
      )}
    </g>
  );
}

/** The wavy line that stands for layers left out. */
function foldPath(x: number, y: number, width: number): string {
  const waves = Math.max(2, Math.round(width / 14));
  const step = width / waves;
  return `M${x} ${y}${` q${step / 4} -4 ${step / 2} 0 t${step / 2} 0`.repeat(waves)}`;
}

/** The names of an image, on top of its stack, and the digest of its manifest. */
export function StackShape({ placed, ...props }: DiagramProps & Looked & { placed: PlacedStack }) {
  const { stack, x, y, width, height } = placed;
  const room = Math.floor((width - 12) / nameChar);
  return (
    <g className="dg-image" data-state={stack.state}>
      <line className="dg-image-edge" x1={x + 0.75} x2={x + 0.75} y1={y + 3} y2={y + height} />
      {stack.names.map(({ ref, name, mark }, index) => {
        const text = briefName(name, room);
        const top = y + index * nameHeight;
        return (
          <g
            key={ref}
            className="dg-image-name"
            {...nodeProps(props, ref, `Image ${imageName(name)}, ${bytesText(stack.size)}`, mark)}
            {...looking(props, stack.digest)}
          >
            <title>{name ?? imageName(name)}</title>
            <rect className="dg-hit" x={x + 3} y={top} width={width - 3} height={nameHeight} />
            {mark && mark !== 'gone' && (
              <rect className="dg-marker" x={x + 5} y={top + 3} width={text.length * nameChar + 6} height="15" rx="1" />
            )}
            <text x={x + 8} y={top + 15}>
              {text}
            </text>
          </g>
        );
      })}
      <text className="dg-blob-digest" x={x + 8} y={y + height - 9}>
        {stack.state === 'present'
          ? (stack.platform ?? shortDigest(stack.digest, Math.min(12, Math.floor((width - 12) / smallChar))))
          : `${stack.layers === 0 ? 'manifest' : 'config'} ${stack.state}`}
      </text>
    </g>
  );
}
