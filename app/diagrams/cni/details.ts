import type { CniCall, LabState } from '../../../engine/state';
import { type DetailField, type Details, nsField } from '../model/detail-fields';
import { counted } from '../model/names';
import { refOf, type Scene } from '../model/scene';
import { attachmentNodes } from './attachments';
import { codeText } from './errors';
import { type CallNode, callLogs, type Operation, withDelegates } from './model';

/** Details of a call (its key), or of the operation that begins with it (`key#operation`). */
export function cniCallDetails(scene: Scene, reference: string): Details | null {
  const ref = refOf('cniCalls', reference);
  for (const operation of callLogs(scene).flatMap(({ operations }) => operations)) {
    if (operation.ref === ref) return operationDetails(operation);
    const node = operation.calls.flatMap(withDelegates).find((known) => known.ref === ref);
    if (node) return callDetails(scene.state, node);
  }
  return null;
}

function operationDetails({ command, network, container, ifname, answer, count, calls }: Operation): Details {
  return {
    title: `${command} ${network}`.trim(),
    fields: [
      { label: 'container', value: container || 'none' },
      { label: 'interface', value: ifname || 'none' },
      { label: 'namespace', value: calls[0]?.call.environment.CNI_NETNS || 'none' },
      { label: 'answer', value: answer },
      { label: 'calls', value: counted(count, 'call') },
      ...calls.map((node) => ({
        label: `call ${node.call.number}`,
        value: `${node.plugin}: ${node.answer}`,
        ref: node.ref,
      })),
    ],
    source: 'CNI spec, section 3: execution of network configurations',
  };
}

function callDetails(state: LabState, { call, plugin, answer, error, delegates }: CallNode): Details {
  const fields: DetailField[] = [
    { label: 'plugin', value: call.plugin },
    callerField(state, call),
    { label: 'exit code', value: call.exitCode === null ? 'still running' : `${call.exitCode}` },
    { label: 'answer', value: answer },
  ];
  if (error) {
    if (error.code !== null) fields.push({ label: 'code', value: `${error.code}: ${codeText(error.code)}` });
    fields.push({ label: 'message', value: error.message });
  }
  for (const child of delegates) {
    const label = `delegates ${child.call.number}`;
    fields.push({ label, value: `${child.plugin} ${child.call.command}`, ref: child.ref });
  }
  return {
    title: `${plugin} ${call.command}, call ${call.number}`,
    fields,
    source: 'CNI spec, section 2: environment and stdin in, stdout and exit code out',
  };
}

function callerField(state: LabState, { machine, parent }: CniCall): DetailField {
  if (parent === null) return { label: 'called by', value: 'the runtime' };
  const key = `${machine}/${parent}`;
  const caller = state.cniCalls[key];
  return caller
    ? { label: 'called by', value: `call ${parent}, ${caller.plugin}`, ref: refOf('cniCalls', key) }
    : { label: 'called by', value: `call ${parent}` };
}

export function cniAttachmentDetails(scene: Scene, key: string): Details | null {
  const ref = refOf('cniAttachments', key);
  const node = attachmentNodes(scene).find((known) => known.ref === ref);
  if (!node) return null;
  const { attachment, ns, path } = node;
  const named = (inside: boolean) =>
    attachment.interfaces
      .filter(({ sandbox }) => (sandbox !== null) === inside)
      .map(({ name }) => name)
      .join(', ') || 'none';
  return {
    title: `${attachment.container} in ${attachment.network}`,
    fields: [
      { label: 'interface', value: attachment.ifname },
      { label: 'addresses', value: attachment.addresses.join(', ') || 'none' },
      { label: 'netns', value: attachment.netns },
      nsField(scene.state, 'namespace', ns),
      { label: 'result: inside', value: named(true) },
      { label: 'result: outside', value: named(false) },
      ...path.map(({ ref: to, device }, index) => ({ label: `device ${index + 1}`, value: device.name, ref: to })),
    ],
    source: '/var/lib/cni/results: the result of the last ADD, kept for CHECK and DEL',
  };
}
