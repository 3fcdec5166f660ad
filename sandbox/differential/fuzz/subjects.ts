/** All that is played at random. */
import { fileSubjects } from './files/subjects';
import { networks } from './networks/subject';
import { processes } from './processes/subject';
import type { Subject } from './subject';

export const subjects: readonly Subject[] = [...fileSubjects, processes, networks];
