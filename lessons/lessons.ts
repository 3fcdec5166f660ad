/** Every lesson there is: one import and one line in the list each, in the order of the course. */
import overlayfs from './1.1-overlayfs/lesson';
import mountNamespaces from './1.2.1-mount-namespaces/lesson';
import utsNamespaces from './1.2.2-uts-namespaces/lesson';
import ipcNamespaces from './1.2.3-ipc-namespaces/lesson';
import pidNamespaces from './1.2.4-pid-namespaces/lesson';
import networkNamespaces from './1.2.5-network-namespaces/lesson';
import userNamespaces from './1.2.6-user-namespaces/lesson';
import namespaces from './1.2-namespaces/lesson';
import configuration from './1.3.1-configuration/lesson';
import lifecycle from './1.3.2-lifecycle/lesson';
import executionEnvironment from './1.3.3-execution-environment/lesson';
import standardOperations from './1.3.4-standard-operations/lesson';
import contentAgnostic from './1.3.5-content-agnostic/lesson';
import infrastructureAgnostic from './1.3.6-infrastructure-agnostic/lesson';
import designedForAutomation from './1.3.7-designed-for-automation/lesson';
import industrialGradeDelivery from './1.3.8-industrial-grade-delivery/lesson';
import ociRuntime from './1.3-oci-runtime/lesson';
import configurationFormat from './1.4.1-configuration-format/lesson';
import protocol from './1.4.2-protocol/lesson';
import execution from './1.4.3-execution/lesson';
import delegation from './1.4.4-delegation/lesson';
import resultTypes from './1.4.5-result-types/lesson';
import containerNetworkInterface from './1.4-container-network-interface/lesson';
import type { LessonDefinition } from './define';

export const lessons: readonly LessonDefinition[] = [
  // One line each, so that two people can add a lesson without meeting.
  overlayfs,
  namespaces,
  mountNamespaces,
  utsNamespaces,
  ipcNamespaces,
  pidNamespaces,
  networkNamespaces,
  userNamespaces,
  ociRuntime,
  configuration,
  lifecycle,
  executionEnvironment,
  standardOperations,
  contentAgnostic,
  infrastructureAgnostic,
  designedForAutomation,
  industrialGradeDelivery,
  containerNetworkInterface,
  configurationFormat,
  protocol,
  execution,
  delegation,
  resultTypes,
];

export function lessonByNumber(number: string): LessonDefinition | undefined {
  return lessons.find((lesson) => lesson.number === number);
}
