/** For tests of rules: parts of a config.json, and what is wrong with one. */
import { ConfigError, parseConfig } from '../../index';

export const uts = { type: 'uts' };
export const user = { type: 'user' };
export const ids = [{ containerID: 0, hostID: 1000, size: 1000 }];
export const linux = (fields: object) => ({ linux: fields });
export const process = (fields: object) => ({ process: { cwd: '/', ...fields } });
export const seccomp = (fields: object) => linux({ seccomp: { defaultAction: 'SCMP_ACT_ALLOW', ...fields } });
export const resources = (fields: object) => linux({ resources: fields });
export const mount = (fields: object) => ({ mounts: [{ destination: '/m', ...fields }] });
export const hook = (fields: object) => ({ hooks: { createRuntime: [{ path: '/bin/true', ...fields }] } });
export const rlimit = (type: string, soft: number, hard = soft) => ({ type, soft, hard });

/** By sentence of the specification: parts of a document, each with the one problem that it has. */
export type Broken = Record<string, [fields: object, problem: string][]>;

export function problemsOf(fields: object): string[] {
  try {
    parseConfig(JSON.stringify({ ociVersion: '1.2.0', root: { path: 'rootfs' }, ...fields }));
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, problem }) => `${path}: ${problem}`);
  }
}
