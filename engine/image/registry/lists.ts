/** Lists that come in pages: tags of a repository, and names of repositories (distribution-spec 1.1, "Listing Tags"). */
import { RegistryError } from './errors';

/**
 * A page of `all` under `key`: at most `n` that come after `last`, in alphabetical order, capital letters no matter; a Link header leads
 * to the next. Errors: PAGINATION_NUMBER_INVALID.
 */
export function listPage(url: URL, key: string, all: readonly string[], rest: Record<string, string> = {}): Response {
  const n = numberOf(url.searchParams.get('n'));
  const last = url.searchParams.get('last');
  const sorted = [...all].sort(inOrder);
  const after = last === null ? sorted : sorted.filter((one) => inOrder(one, last) > 0);
  const page = n === null ? after : after.slice(0, n);
  const end = page.at(-1);
  const isLast = end === undefined || page.length === after.length;
  const next = `${url.pathname}?n=${n}&last=${encodeURIComponent(end ?? '')}`;
  return Response.json({ ...rest, [key]: page }, { headers: isLast ? {} : { Link: `<${next}>; rel="next"` } });
}

function numberOf(text: string | null): number | null {
  if (text === null) return null;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new RegistryError('PAGINATION_NUMBER_INVALID', `n=${text}: how many are wanted is a number`);
}

function inOrder(a: string, b: string): number {
  const [x, y] = [a.toLowerCase(), b.toLowerCase()];
  if (x !== y) return x < y ? -1 : 1;
  return a === b ? 0 : a < b ? -1 : 1;
}
