'use client';

import { Drawing } from '../parts/Drawing';
import { Empty } from '../parts/Empty';
import { type DiagramProps, enlarged, nodeProps } from '../parts/node';
import { type OverlayModel, overlayModels } from './model';
import { placeOverlay } from './placement';
import { CardShape, SheetLabel, SheetShape, SightLine } from './shapes';
import './layers.css';

export function LayersDiagram(given: DiagramProps) {
  const props = enlarged(given);
  const models = overlayModels(props.scene);
  if (models.length === 0) {
    return (
      <Empty title="No overlay is mounted">
        Mount one, and its layers appear here as sheets of glass: the merged view on top, the upper layer under it, then
        the lower ones in order, with a line from each merged file to the layer it comes from.
      </Empty>
    );
  }
  return models.map((model) => <OverlayFigure key={model.key} model={model} {...props} />);
}

function OverlayFigure({ model, ...props }: DiagramProps & { model: OverlayModel }) {
  const layout = placeOverlay(model, Math.max(props.width, 320));
  const empty = model.names.length === 0;
  return (
    <div className="dg-overlay" data-mark={model.mark}>
      <Drawing
        label={`Layers of ${model.mountPoint}`}
        width={layout.width}
        height={layout.height}
        room={props.width}
        scale={props.scale}
      >
        <HatchPatterns />
        {layout.sheets.toReversed().map((box) => (
          <SheetShape
            key={box.sheet.layer}
            box={box}
            model={model}
            node={nodeProps(props, `overlays:${model.key}`, `${box.sheet.label}, ${box.sheet.path}`)}
          />
        ))}
        {layout.sights.map((sight) => (
          <SightLine key={sight.key} sight={sight} />
        ))}
        {layout.cards
          .filter(({ tray }) => tray)
          .map((card) => (
            <CardShape key={`${card.node.path}/${card.cell.layer}`} card={card} overlay={model} {...props} />
          ))}
        {layout.cards
          .filter(({ tray }) => !tray)
          .map((card) => (
            <CardShape
              key={`${card.node.path}/${card.cell.layer}/${card.cell.kind}`}
              card={card}
              overlay={model}
              {...props}
            />
          ))}
        {layout.sheets.map((box) => (
          <SheetLabel key={box.sheet.layer} box={box} model={model} />
        ))}
      </Drawing>
      <p className="dg-note">
        {empty && 'No layer holds a name yet. '}
        {model.workdir && (
          <>
            Work directory <code>{model.workdir}</code>.{' '}
          </>
        )}
        {model.alsoIn.length > 0 && (
          <>
            The same overlay is mounted in {model.alsoIn.length} more mount namespace{model.alsoIn.length > 1 && 's'}.{' '}
          </>
        )}
        {model.more > 0 && <>And {model.more.toLocaleString('en')} more names. </>}
        {model.truncated && 'The layers hold more names than are read.'}
      </p>
    </div>
  );
}

/** Ruled fills: red diagonals where a whiteout stops the view, violet ones under an opaque directory. */
function HatchPatterns() {
  return (
    <defs>
      {(['whiteout', 'opaque'] as const).map((name) => (
        <pattern
          key={name}
          id={`dg-hatch-${name}`}
          width="6"
          height="6"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <line x1="0" y1="0" x2="0" y2="6" className={`dg-hatch-${name}`} />
        </pattern>
      ))}
    </defs>
  );
}
