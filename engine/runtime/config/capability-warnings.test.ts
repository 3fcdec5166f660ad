import { expect, it } from 'vitest';
import { allCapabilities, capabilityBit } from '../../kernel';
import { capabilityWarnings } from './capability-warnings';

it('warns of capabilities that nobody knows, that the runtime lacks, or that another set lacks', () => {
  const capabilities = {
    bounding: ['CAP_TEST', 'CAP_KILL', 'CAP_BPF'],
    permitted: ['CAP_KILL'],
    effective: ['CAP_KILL', 'CAP_CHOWN'],
    inheritable: ['CAP_KILL'],
    ambient: ['CAP_KILL', 'CAP_CHOWN'],
  };
  expect(capabilityWarnings(capabilities, allCapabilities & ~capabilityBit('bpf'))).toEqual([
    'process.capabilities.bounding[0]: CAP_TEST is no capability of Linux, and is ignored',
    'process.capabilities.bounding[2]: CAP_BPF is not the runtime’s to give, and is ignored',
    'process.capabilities.effective[1]: CAP_CHOWN is ignored, because it is not among the permitted ones',
    'process.capabilities.ambient[1]: CAP_CHOWN is ignored, because it is not among the permitted ones',
  ]);
  expect(capabilityWarnings({ ...capabilities, inheritable: [] }, allCapabilities)).toContain(
    'process.capabilities.ambient[0]: CAP_KILL is ignored, because it is not among the inheritable ones',
  );
  expect(capabilityWarnings(undefined, 0n)).toEqual([]);
});
