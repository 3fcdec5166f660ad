/** ` 53.0%`: how much of something was saved. */
export function ratio(saved: number, of: number): string {
  return `${(of === 0 ? 0 : (100 * saved) / of).toFixed(1).padStart(5)}%`;
}
