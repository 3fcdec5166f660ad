/** What all targets of iptables have. */
import type { Extension, ListOptions, Translation } from '../extension';
import type { Words } from '../words';

export abstract class Target implements Extension {
  abstract readonly name: string;
  abstract option(option: string, words: Words): boolean;
  complete(): void {}
  abstract save(): string;
  abstract list(options: ListOptions): string;
  abstract translate(): Translation[];
}
