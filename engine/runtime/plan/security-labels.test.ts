/** No kernel of ours has such a module in its tests: the plan is all that can be looked at. */
import { expect, it } from 'vitest';
import { describePlan } from '../../kernel';
import { securityLabels } from './security-labels';

const steps = (labels: object) =>
  describePlan({ name: 'labels', steps: securityLabels({ cwd: '/', user: { uid: 0, gid: 0 }, ...labels }) });

it('writes what a label begins with an execve', () => {
  expect(steps({ apparmorProfile: 'lab-default' })).toContain('write($label, "exec lab-default", 16)');
  expect(steps({ selinuxLabel: 'system_u:system_r:lab_t:s0' })).toContain(
    'write($label, "system_u:system_r:lab_t:s0", 26)',
  );
  expect(steps({})).toBe('plan "labels"');
});
