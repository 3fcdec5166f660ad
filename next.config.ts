import type { NextConfig } from 'next';

const config: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  devIndicators: false,
  // `npm run check` types the whole house; the build need not do it again.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['shiki'],
  images: { unoptimized: true },
};

export default config;
