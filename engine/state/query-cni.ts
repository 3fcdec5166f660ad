/** Questions about calls of CNI plugins and what came of them, for checks. */
import type { CniAttachment, CniCall, LabState } from './schema';

/** Calls of plugins in a Machine, in the order in which they began; only those with these properties, when any are given. */
export function callsOf(
  state: LabState,
  machine: string,
  like: Partial<Pick<CniCall, 'command' | 'plugin' | 'parent' | 'exitCode'>> = {},
): CniCall[] {
  return Object.values(state.cniCalls)
    .filter(
      (call) =>
        call.machine === machine &&
        (like.command === undefined || call.command === like.command) &&
        (like.plugin === undefined || call.plugin === like.plugin) &&
        (like.parent === undefined || call.parent === like.parent) &&
        (like.exitCode === undefined || call.exitCode === like.exitCode),
    )
    .sort((a, b) => a.number - b.number);
}

/** Calls that the plugin of `call` made itself, in order: its delegates. */
export function delegatesOf(state: LabState, call: CniCall): CniCall[] {
  return callsOf(state, call.machine, { parent: call.number });
}

/** The name of the plugin as `type` has it: `bridge`. */
export function pluginType(call: CniCall): string {
  return call.plugin.slice(call.plugin.lastIndexOf('/') + 1);
}

/** Attachments in a Machine; only those to one network, when it is given. */
export function attachmentsOf(state: LabState, machine: string, network?: string): CniAttachment[] {
  return Object.values(state.cniAttachments).filter(
    (attachment) => attachment.machine === machine && (network === undefined || attachment.network === network),
  );
}
