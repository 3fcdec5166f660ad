/** What a moved directory notes down so that its lower parts are found again (ovl_set_redirect). */
import { decode } from '../../bytes';
import type { OverlayDirectory } from './directory';
import type { OverlaySuperBlock } from './super-block';

/** The name it has in the layers below, or from their roots when it leaves its directory; null when that is noted already. */
export function redirectFor(
  moved: OverlayDirectory,
  sameDirectory: boolean,
  overlay: OverlaySuperBlock,
): string | null {
  const own = noted(moved, overlay);
  if (own !== null && (sameDirectory || own.startsWith('/'))) return null;
  if (sameDirectory) return moved.place?.name ?? null;
  const parts: string[] = [];
  for (let at: OverlayDirectory | null = moved; at?.place; at = at.place.parent) {
    const mark = noted(at, overlay);
    if (mark?.startsWith('/')) return mark + parts.map((part) => `/${part}`).join('');
    parts.unshift(mark ?? at.place.name);
  }
  return `/${parts.join('/')}`;
}

function noted({ upper }: OverlayDirectory, overlay: OverlaySuperBlock): string | null {
  const mark = upper && overlay.marks.get(upper.inode, 'redirect');
  return mark ? decode(mark) : null;
}
