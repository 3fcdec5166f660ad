import type { NextConfig } from 'next';

/** `npm run build:static`: pages for any file server, without what only our own server answers. */
const isStatic = process.env.NEXT_PUBLIC_UNDERLAY_STATIC === '1';

/** An export is always made by way of `.next`, whatever it is told: the server's build lies beside it, out of its way. */
const forOurServer: NextConfig = { distDir: '.underlay/page' };

const forFileServers: NextConfig = {
  output: 'export',
  distDir: process.env.UNDERLAY_STATIC_DIST ?? '.next-static',
  // A directory with an index.html is found by every file server.
  trailingSlash: true,
  // Pages end in .tsx, the server's answers (route.ts) in .ts: those are left out.
  pageExtensions: ['tsx'],
};

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  devIndicators: false,
  // `npm run check` types the whole house; the build need not do it again.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['shiki'],
  images: { unoptimized: true },
  ...(isStatic ? forFileServers : forOurServer),
};

export default config;
