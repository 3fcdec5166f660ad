export type { CommandLine, LauncherClient } from './client';
export { launcherProgram } from './program';
export { LauncherServer } from './server';
export { LauncherSystem, residentSystem } from './system';
