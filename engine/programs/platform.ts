/** What a learner finds in a Machine besides programs, the same on both kernels. */
export const platformDirectories = [
  '/etc/cni/net.d',
  '/var/lib/cni',
  '/var/log/cni',
  '/var/lib/images',
  '/usr/share/images',
] as const;
