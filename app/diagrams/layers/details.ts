import { type DetailField, type Details, nsField } from '../model/detail-fields';
import { bytesText } from '../model/names';
import type { Scene } from '../model/scene';
import { overlayModels } from './model';

/** Details of an overlay (`key`), of one of its sheets (`key#layer`) or of a name in a sheet (`key#layer#path`). */
export function overlayDetails(scene: Scene, reference: string): Details | null {
  const [key, layerText, ...rest] = reference.split('#');
  const path = rest.join('#');
  const overlay = key === undefined ? undefined : scene.state.overlays[key];
  const model = overlayModels(scene).find((known) => known.key === key);
  if (!overlay || !model) return null;
  const sheet = model.sheets.find(({ layer }) => `${layer}` === layerText);
  const mount = scene.state.mounts[overlay.mount];
  if (path && sheet) return nameDetails(overlay, model.sheets, sheet, path);
  const fields: DetailField[] = [];
  if (mount) fields.push(nsField(scene.state, 'mount namespace', mount.ns));
  for (const { label, path: layerPath } of model.sheets) fields.push({ label, value: layerPath });
  fields.push({ label: 'work', value: overlay.workdir ?? 'none: read-only' });
  if (mount) fields.push({ label: 'options', value: mount.superOptions.join(',') });
  return {
    title: sheet && sheet.layer >= 0 ? `${sheet.label}: ${sheet.path}` : `overlay on ${overlay.mountPoint}`,
    fields,
    source: '/proc/PID/mountinfo; kernel Documentation/filesystems/overlayfs',
  };
}

type Overlay = Scene['state']['overlays'][string];
type Sheets = ReturnType<typeof overlayModels>[number]['sheets'];

function nameDetails(overlay: Overlay, sheets: Sheets, sheet: Sheets[number], path: string): Details | null {
  const file = overlay.files[path];
  if (!file) return null;
  const label = (layer: number | null) => sheets.find((known) => known.layer === layer)?.label ?? 'none';
  const fields: DetailField[] = [
    { label: 'in the merged view', value: file.from === null ? 'hidden' : `from ${label(file.from)}` },
  ];
  for (const entry of file.entries) {
    const text =
      entry.kind === 'whiteout'
        ? 'whiteout: character device 0:0'
        : entry.kind === 'opaque'
          ? 'opaque directory: overlay.opaque=y'
          : `${entry.kind}, ${bytesText(entry.size)}, inode ${entry.inode}`;
    fields.push({ label: label(entry.layer), value: text });
  }
  return { title: `${path} in ${sheet.label}`, fields, source: 'Each layer’s own directory, read by name' };
}
