/** The files that are open in the editor: their text, and what of it is saved. One set a Machine. */
import type { LabClient } from '../../sandbox/client';
import { bytesOf, sameBytes, sizeText, textOf } from './file-text';
import { languageOf, monaco } from './monaco';

interface OpenDocument {
  model: monaco.editor.ITextModel;
  /** The file as it was read or saved last. */
  onDisk: Uint8Array;
  savedVersion: number;
}

export type Opened = { model: monaco.editor.ITextModel } | { problem: string };
export type Saved = 'saved' | 'changed-on-disk';

export class Documents {
  readonly #open = new Map<string, OpenDocument>();

  constructor(
    private readonly client: LabClient,
    private readonly machine: string,
    private readonly onChange: () => void,
  ) {}

  /** Reads a file, or gives back the one that is open. */
  async open(path: string): Promise<Opened> {
    const known = this.#open.get(path);
    if (known && this.isUnsaved(path)) return { model: known.model };
    const onDisk = await this.client.readFile(this.machine, path);
    const text = textOf(onDisk);
    if (text === null)
      return {
        problem: `This file holds no text (${sizeText(onDisk.byteLength)}). Look at it with od or file in the terminal.`,
      };
    if (known) {
      if (!sameBytes(known.onDisk, onDisk)) known.model.setValue(text);
      this.#markSaved(known, onDisk);
      return { model: known.model };
    }
    const model = monaco.editor.createModel(text, languageOf(path));
    model.onDidChangeContent(this.onChange);
    this.#open.set(path, { model, onDisk, savedVersion: model.getAlternativeVersionId() });
    return { model };
  }

  /** Writes a file, unless somebody else has written it since; `force` writes all the same. */
  async save(path: string, force = false): Promise<Saved> {
    const document = this.#open.get(path);
    if (!document) return 'saved';
    if (!force && (await this.#changedOnDisk(path, document))) return 'changed-on-disk';
    const content = bytesOf(document.model.getValue());
    const version = document.model.getAlternativeVersionId();
    await this.client.saveFile(this.machine, path, content);
    document.onDisk = content;
    document.savedVersion = version;
    this.onChange();
    return 'saved';
  }

  /** Forgets what was typed and reads the file again. */
  async reload(path: string): Promise<Opened> {
    const document = this.#open.get(path);
    if (document) document.savedVersion = document.model.getAlternativeVersionId();
    return this.open(path);
  }

  isUnsaved(path: string): boolean {
    const document = this.#open.get(path);
    return document !== undefined && document.model.getAlternativeVersionId() !== document.savedVersion;
  }

  unsaved(): Set<string> {
    return new Set([...this.#open.keys()].filter((path) => this.isUnsaved(path)));
  }

  /** A file was moved or removed: what is open of it, or of anything below it, goes. */
  forget(path: string): void {
    for (const [open, { model }] of this.#open) {
      if (open !== path && !open.startsWith(`${path}/`)) continue;
      model.dispose();
      this.#open.delete(open);
    }
    this.onChange();
  }

  dispose(): void {
    for (const { model } of this.#open.values()) model.dispose();
    this.#open.clear();
  }

  async #changedOnDisk(path: string, document: OpenDocument): Promise<boolean> {
    try {
      return !sameBytes(await this.client.readFile(this.machine, path), document.onDisk);
    } catch {
      return false; // It is gone; saving makes it again.
    }
  }

  #markSaved(document: OpenDocument, onDisk: Uint8Array): void {
    document.onDisk = onDisk;
    document.savedVersion = document.model.getAlternativeVersionId();
    this.onChange();
  }
}
