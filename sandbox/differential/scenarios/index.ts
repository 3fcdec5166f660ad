/** All scenarios, by subject. */
import type { Scenario } from '../scenario';

export const subjects: Readonly<Record<string, readonly Scenario[]>> = {};
