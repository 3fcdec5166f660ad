/** The documents that runc prints, beside ours. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Config, defaultConfig, featuresDocument, parseConfig, writeJson } from './index';

function hasNoRunc(): boolean {
  const isMissing = spawnSync('runc', ['--version']).status !== 0;
  if (isMissing) console.warn('skipped: there is no runc to compare with (Debian: runc)');
  return isMissing;
}

function runcSpec(...options: string[]): Config {
  const directory = mkdtempSync(join(tmpdir(), 'underlay-spec-'));
  try {
    execFileSync('runc', ['spec', ...options], { cwd: directory });
    return parseConfig(readFileSync(join(directory, 'config.json'), 'utf8'));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Without what names the runtime and its version, and without an ambient set: nothing in it could be raised. */
function comparable(config: Config): Config {
  const { ambient: _, ...capabilities } = config.process?.capabilities ?? {};
  const process = config.process && { ...config.process, capabilities };
  return { ...config, ociVersion: '', hostname: '', process };
}

describe('the config.json to begin with', () => {
  it.each([{}, { rootless: { uid: 1000, gid: 100 } }])('obeys the rules', (options) => {
    const config = defaultConfig({ hasCgroupNamespace: true, ...options });
    expect(parseConfig(writeJson(config))).toEqual(config);
    expect(config.linux?.namespaces).toContainEqual({ type: 'cgroup' });
  });

  describe.skipIf(hasNoRunc())('beside runc’s', () => {
    it('is the same', () => {
      const theirs = comparable(runcSpec());
      const hasCgroupNamespace = theirs.linux?.namespaces?.some(({ type }) => type === 'cgroup') ?? false;
      expect(comparable(defaultConfig({ hasCgroupNamespace }))).toEqual(theirs);
    });

    it('is the same without root', () => {
      const theirs = comparable(runcSpec('--rootless'));
      const hasCgroupNamespace = theirs.linux?.namespaces?.some(({ type }) => type === 'cgroup') ?? false;
      const rootless = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
      expect(comparable(defaultConfig({ hasCgroupNamespace, rootless }))).toEqual(theirs);
    });

    it('knows the features runc knows', () => {
      const names = z.array(z.string());
      const linux = z.object({ namespaces: names, capabilities: names, seccomp: z.object({ operators: names }) });
      const schema = z.object({ hooks: names, mountOptions: names, linux });
      const theirs = schema.parse(JSON.parse(execFileSync('runc', ['features'], { encoding: 'utf8' })));
      const ours = featuresDocument();
      expect(ours.hooks).toEqual(theirs.hooks);
      expect(ours.mountOptions).toEqual(expect.arrayContaining(theirs.mountOptions));
      expect(ours.linux.namespaces).toEqual(expect.arrayContaining(theirs.linux.namespaces));
      expect(ours.linux.capabilities).toEqual(theirs.linux.capabilities);
      expect(ours.linux.seccomp.operators).toEqual(theirs.linux.seccomp.operators);
    });
  });
});
