/** How the simulated kernel names itself (uname(2), /proc/version). */
export const kernelRelease = '6.12.0-underlay';
export const kernelVersion = '#1 SMP PREEMPT_DYNAMIC';
export const kernelBanner = `Linux version ${kernelRelease} (underlay@underlay) (gcc (Debian 12.2.0-14) 12.2.0, GNU ld (GNU Binutils for Debian) 2.40) ${kernelVersion}`;
