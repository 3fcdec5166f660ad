/** What an IPC namespace holds (ipc_namespaces(7)). */
import { Namespace } from '../ns/namespace';

export class IpcNamespace extends Namespace {
  readonly kind = 'ipc';
}
