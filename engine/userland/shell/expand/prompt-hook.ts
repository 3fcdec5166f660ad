/** How `${x@P}` reaches the prompt's escapes without knowing them. */
import type { Shell } from '../state/shell';

let expandPrompt: (shell: Shell, text: string) => string = (_shell, text) => text;

export function setPromptExpander(expander: (shell: Shell, text: string) => string): void {
  expandPrompt = expander;
}

export function promptText(shell: Shell, text: string): string {
  return expandPrompt(shell, text);
}
