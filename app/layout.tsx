import './globals.css';
import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { fontVariables } from './fonts';
import { Offline } from './offline';
import { preferencesScript } from './theme/preferences-script';

export const metadata: Metadata = {
  title: { default: 'Underlay: Docker and Kubernetes from the kernel up', template: '%s · Underlay' },
  description:
    'A lab to learn Docker and Kubernetes from the kernel up: read, type real commands, watch the machine move.',
};

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  interactiveWidget: 'resizes-content',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f6f7f4' },
    { media: '(prefers-color-scheme: dark)', color: '#111513' },
  ],
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    // The script below sets the theme on this element before React sees it.
    <html lang="en-GB" className={fontVariables} data-theme="light" suppressHydrationWarning>
      <head>
        {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant of ours that has to run before the first paint */}
        <script dangerouslySetInnerHTML={{ __html: preferencesScript }} />
      </head>
      <body>
        {children}
        <Offline />
      </body>
    </html>
  );
}
