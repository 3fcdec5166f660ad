/**
 * The page's faces, served by the page itself. `optional` with preload means: drawn with from the first paint or not in
 * this visit, so text never moves under the reader's eye.
 */
import localFont from 'next/font/local';

const serif = localFont({
  src: [
    {
      path: '../node_modules/@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2',
      style: 'normal',
      weight: '200 900',
    },
    {
      path: '../node_modules/@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-italic.woff2',
      style: 'italic',
      weight: '200 900',
    },
  ],
  variable: '--font-serif-face',
  display: 'optional',
  adjustFontFallback: 'Times New Roman',
});

const sans = localFont({
  src: '../node_modules/@fontsource-variable/ibm-plex-sans/files/ibm-plex-sans-latin-wght-normal.woff2',
  weight: '100 700',
  variable: '--font-sans-face',
  display: 'optional',
});

const mono = localFont({
  src: '../node_modules/@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2',
  weight: '100 800',
  variable: '--font-mono-face',
  display: 'optional',
  adjustFontFallback: false,
});

export const fontVariables = `${serif.variable} ${sans.variable} ${mono.variable}`;
