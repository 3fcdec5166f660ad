import { counted } from '../model/names';
import { capLines, type Outline, type OutlineLine } from '../model/outline';
import type { Scene } from '../model/scene';
import { type NameNode, type OverlayModel, overlayModels } from './model';

export function layersOutline(scene: Scene): Outline {
  const models = overlayModels(scene);
  if (models.length === 0) return { summary: 'No overlay is mounted in this lab.', lines: [] };
  return {
    summary: `${counted(models.length, 'overlay')}: ${models.map(({ mountPoint }) => mountPoint).join(', ')}.`,
    lines: models.map(overlayLine),
  };
}

function overlayLine(model: OverlayModel): OutlineLine {
  const [, ...layers] = model.sheets;
  return {
    text: `Overlay on ${model.mountPoint}`,
    mark: model.mark,
    children: [
      {
        text: 'Layers, from the top',
        children: layers.map(({ label, path }) => ({ text: `${label}: ${path}` })),
      },
      {
        text: 'Names',
        children: capLines(
          model.names.flatMap((node) => nameLines(model, node)),
          60,
        ),
      },
    ],
  };
}

function nameLines(model: OverlayModel, node: NameNode): OutlineLine[] {
  const label = (layer: number | null) => model.sheets.find((sheet) => sheet.layer === layer)?.label ?? 'nowhere';
  const where = node.cells
    .filter(({ layer, mark }) => layer >= 0 && mark !== 'gone')
    .map(({ kind, layer, shadowed }) => {
      if (kind === 'whiteout') return `whiteout in ${label(layer)}`;
      if (kind === 'opaque') return `opaque in ${label(layer)}`;
      return `${label(layer)}${shadowed ? ' (shadowed)' : ''}`;
    });
  const merged = node.from === null ? 'hidden' : node.directory ? 'a directory' : `comes from ${label(node.from)}`;
  const line: OutlineLine = {
    text: `${node.path}: ${merged}; present: ${where.join(', ') || 'nowhere'}`,
    mark: node.mark,
  };
  return [line, ...node.children.flatMap((child) => nameLines(model, child))];
}
