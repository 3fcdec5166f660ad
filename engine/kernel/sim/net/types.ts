/** What a network namespace holds (network_namespaces(7)). */
import { Namespace } from '../ns/namespace';

export class NetNamespace extends Namespace {
  readonly kind = 'net';
}
