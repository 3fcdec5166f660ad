/** The page's theme: what was chosen, and what is shown. Kept in the browser; `system` follows the system. */
export type ThemeChoice = 'system' | 'light' | 'dark';

const storageKey = 'underlay.theme';
const query = '(prefers-color-scheme: dark)';

/** Sets `data-theme` before the first paint, so that no page flashes in the wrong colours. Runs in <head>. */
export const themeScript = `(()=>{let c=null;try{c=localStorage.getItem('${storageKey}')}catch{}
const d=c==='dark'||(c!=='light'&&matchMedia('${query}').matches);document.documentElement.dataset.theme=d?'dark':'light'})()`;

export function themeChoice(): ThemeChoice {
  const stored = readStored();
  return stored === 'light' || stored === 'dark' ? stored : 'system';
}

export function chooseTheme(choice: ThemeChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, choice);
  } catch {
    // Storage can be forbidden; the choice then holds for this page only.
  }
  applyTheme(choice);
}

/** Follows the system's theme from now on, while `system` is chosen. Returns what stops it. */
export function followSystemTheme(): () => void {
  const media = matchMedia(query);
  const follow = () => {
    if (themeChoice() === 'system') applyTheme('system');
  };
  media.addEventListener('change', follow);
  return () => media.removeEventListener('change', follow);
}

/** Calls `listener` whenever the colours changed: for what is drawn on a canvas. Returns what stops it. */
export function onThemeShown(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}

export function shownTheme(): 'light' | 'dark' {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

/** The value of a design token as it is now, `#1d2522`. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function applyTheme(choice: ThemeChoice): void {
  const dark = choice === 'dark' || (choice === 'system' && matchMedia(query).matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
}

function readStored(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}
