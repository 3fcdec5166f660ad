import { counted } from '../model/names';
import { capLines, type Outline, type OutlineLine } from '../model/outline';
import type { Scene } from '../model/scene';
import type { AttachmentNode } from './attachments';
import { codeText } from './errors';
import { type CallLog, type CallNode, callLogs, type Operation } from './model';

export function cniOutline(scene: Scene): Outline {
  const logs = callLogs(scene);
  if (logs.length === 0) return { summary: 'No CNI plugin has been called in this lab.', lines: [] };
  const calls = Object.keys(scene.after.cniCalls).length;
  const attachments = Object.keys(scene.after.cniAttachments).length;
  return {
    summary: `${counted(calls, 'call')} of plugins, ${counted(attachments, 'attachment')}.`,
    lines: logs.flatMap(logLines),
  };
}

function logLines({ machine, operations, more, attachments }: CallLog): OutlineLine[] {
  return [
    {
      text: `Calls on ${machine}, the newest first`,
      children: [
        ...capLines(operations.map(operationLine), 20),
        ...(more > 0 ? [{ text: `and ${counted(more, 'older operation')}` }] : []),
      ],
    },
    {
      text: `Attachments on ${machine}`,
      children:
        attachments.length > 0
          ? attachments.map((node) => ({ text: attachmentText(node), mark: node.mark }))
          : [{ text: 'none' }],
    },
  ];
}

function operationLine(operation: Operation): OutlineLine {
  return {
    text: operationText(operation),
    mark: operation.mark,
    children: operation.calls.map((node) => callLine(node, 'the runtime')),
  };
}

function callLine(node: CallNode, caller: string): OutlineLine {
  return {
    text: `${caller} calls ${callText(node)}`,
    mark: node.mark,
    children: node.delegates.length > 0 ? node.delegates.map((child) => callLine(child, node.plugin)) : undefined,
  };
}

/** `ADD of c1 eth0, network mynet: 10.22.0.2/16`. */
export function operationText({ command, network, container, ifname, answer }: Operation): string {
  const subject = container ? ` of ${[container, ifname].filter(Boolean).join(' ')}` : '';
  return `${command}${subject}${network ? `, network ${network}` : ''}: ${answer}`;
}

export function callText({ plugin, call, chained, answer, error }: CallNode): string {
  const given = chained ? ' with the result so far' : '';
  const named = error && error.code !== null ? ` (${codeText(error.code)})` : '';
  return `${plugin} ${call.command}${given}, which answers: ${answer}${named}${error ? `: ${error.message}` : ''}`;
}

/** `c1 eth0 10.22.0.2/16 in mynet, by vethab12 to cni0`. */
export function attachmentText({ attachment, path }: AttachmentNode): string {
  const { container, ifname, addresses, network } = attachment;
  const [inside, ...outside] = path.map(({ device }) => device.name);
  const way =
    inside === undefined ? ', its device is not there' : outside.length > 0 ? `, by ${outside.join(' to ')}` : '';
  return `${container} ${ifname} ${addresses.join(' ') || 'without address'} in ${network}${way}`;
}
