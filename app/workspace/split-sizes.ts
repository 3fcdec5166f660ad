/** The lines a reader can move: each is a share in per cent, a CSS variable of the same name, kept in the browser. */
export const splitKeys = ['split-prose', 'split-terminal'] as const;
export type SplitKey = (typeof splitKeys)[number];

export const splitDefaults: Record<SplitKey, number> = { 'split-prose': 42, 'split-terminal': 44 };
export const splitLimits = { min: 20, max: 80 } as const;

export function clampSplit(share: number): number {
  return Math.min(splitLimits.max, Math.max(splitLimits.min, share));
}
