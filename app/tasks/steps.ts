/**
 * A solution as the lab tells it (`task.solution`) is lines: commands, `# press Ctrl-c`, and `# in terminal NAME:` for
 * those that follow. Here they become steps that a click can do.
 */

export interface TerminalWish {
  /** Null: a terminal the lesson has not named. */
  name: string | null;
  machine: string | null;
  user: 'root' | 'learner' | null;
}

export type SolutionStep = { terminal: TerminalWish } & (
  | { kind: 'command'; text: string }
  | { kind: 'key'; label: string; sends: string }
  | { kind: 'terminal'; text: string }
);

const unnamed: TerminalWish = { name: null, machine: null, user: null };

export function stepsOf(lines: readonly string[]): SolutionStep[] {
  let terminal = unnamed;
  return lines.map((line): SolutionStep => {
    const place = /^# in terminal (\S+?)(?: on (\S+?))?(?: as (root|learner))?:$/.exec(line);
    if (place) {
      const [, name = null, machine = null, user = null] = place;
      terminal = { name, machine, user: user === 'root' || user === 'learner' ? user : null };
      const words = [`In a terminal called ${name}`, machine && `on ${machine}`, user && `as ${user}`];
      return { kind: 'terminal', terminal, text: `${words.filter(Boolean).join(' ')}:` };
    }
    const key = /^# press (Ctrl-([a-z])|Enter)$/i.exec(line);
    if (key) {
      const [, label = '', letter] = key;
      return {
        kind: 'key',
        terminal,
        label: label.replace('-', ' '),
        sends: letter === undefined ? '\r' : controlOf(letter),
      };
    }
    return { kind: 'command', terminal, text: line };
  });
}

/** The byte a terminal sends for Ctrl and a letter (ascii(7)). */
function controlOf(letter: string): string {
  return String.fromCharCode(letter.toUpperCase().charCodeAt(0) - 64);
}
