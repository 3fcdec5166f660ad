/** The devices of one namespace, by index and by name. */
import { SysError } from '../../abi/errno';
import type { NetDevice } from './device';

const maxNameLength = 15;

export class DeviceTable {
  readonly #byIndex = new Map<number, NetDevice>();
  readonly #byName = new Map<string, NetDevice>();
  #lastIndex = 0;

  /** In the order of their indexes. */
  all(): NetDevice[] {
    return [...this.#byIndex.values()].sort((a, b) => a.index - b.index);
  }

  get size(): number {
    return this.#byIndex.size;
  }

  byIndex(index: number): NetDevice | undefined {
    return this.#byIndex.get(index);
  }

  byName(name: string): NetDevice | undefined {
    return this.#byName.get(name);
  }

  /** Also finds alternative names. */
  find(name: string): NetDevice | undefined {
    return this.#byName.get(name) ?? [...this.#byIndex.values()].find(({ altNames }) => altNames.includes(name));
  }

  /** `wanted`: an index it would like to keep. EEXIST when the name is taken. */
  add(device: NetDevice, wanted?: number): void {
    if (this.#byName.has(device.name)) throw new SysError('EEXIST');
    device.index = wanted !== undefined && !this.#byIndex.has(wanted) ? wanted : this.#nextIndex();
    this.#byIndex.set(device.index, device);
    this.#byName.set(device.name, device);
  }

  remove(device: NetDevice): void {
    this.#byIndex.delete(device.index);
    this.#byName.delete(device.name);
  }

  rename(device: NetDevice, name: string): void {
    if (this.#byName.has(name)) throw new SysError('EEXIST');
    this.#byName.delete(device.name);
    device.name = name;
    this.#byName.set(name, device);
  }

  /** `veth%d` and the like: the lowest number that is free. */
  freeName(pattern: string): string {
    for (let number = 0; ; number++) {
      const name = pattern.replace('%d', String(number));
      if (!this.#byName.has(name)) return name;
    }
  }

  #nextIndex(): number {
    do this.#lastIndex++;
    while (this.#byIndex.has(this.#lastIndex));
    return this.#lastIndex;
  }
}

/** dev_valid_name. */
export function isValidName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && name.length <= maxNameLength && !/[/:\s]/.test(name);
}
