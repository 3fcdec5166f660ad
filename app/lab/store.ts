/** The lesson page's state: the lab's newest view, and what the page itself has open. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { LabClient, LabView } from '../../sandbox/client';
import type { StateTimeline } from '../diagrams/timeline';
import { fillKnown } from '../prose/vars';
import type { LessonFacts } from './facts';
import { learnerName, remember, rememberedLab, rememberLab } from './memory';

/** Which part fills a narrow page. */
export type Panel = 'read' | 'terminal' | 'diagram' | 'files';

export interface LabStore {
  facts: LessonFacts;
  /** Null until the lab was asked for. */
  view: LabView | null;
  client: LabClient | null;
  timeline: StateTimeline | null;
  /** True from the click to the first view. */
  starting: boolean;
  /** Why the lab's code could not be loaded. */
  loadError: string | null;
  /** Tasks done in this or an earlier lab, as the server keeps it. */
  doneBefore: ReadonlySet<string>;
  progressProblem: string | null;
  terminal: string | null;
  panel: Panel;
  /** Below the terminal on a wide page. */
  lower: 'diagram' | 'files';
  /** Grows when the terminal is to take the keyboard. */
  focusTerminal: number;
  /** The terminal also keeps its text in a form that screen readers follow. */
  accessibleTerminal: boolean;

  start(): Promise<void>;
  /** Ends the lab and goes back to the beginning. */
  leave(): void;
  /** Closes the connection; the lab lives on for a while. */
  disconnect(): void;
  /** Types a command into the current terminal; starts the lab first when there is none. */
  run(command: string): void;
  openTerminal(machine: string, user: 'root' | 'learner'): void;
  selectTerminal(terminal: string): void;
  show(panel: Panel): void;
  showTerminal(): void;
  setAccessibleTerminal(on: boolean): void;
}

export type LabStoreApi = StoreApi<LabStore>;

export function createLabStore(facts: LessonFacts): LabStoreApi {
  return createStore<LabStore>()((set, get) => {
    /** Commands clicked before there was a prompt. */
    let waiting: string[] = [];
    let cleanUp: Array<() => void> = [];

    function follow(client: LabClient): void {
      const view = client.getView();
      const { terminal } = get();
      const ids = view.terminals.map((open) => open.terminal);
      const current = terminal !== null && ids.includes(terminal) ? terminal : (ids.at(-1) ?? null);
      set({ view, terminal: current });
      if (view.lab !== null) rememberLab(facts.number, view.status.phase === 'ended' ? null : view.lab);
    }

    function typeIn(command: string): void {
      const { client, terminal, view } = get();
      if (client === null || terminal === null) return;
      const line = fillKnown(command, view?.vars ?? {}).replace(/\n/g, '\r');
      client.terminal(terminal).write(`${line}\r`);
    }

    /** Types what waited as soon as the shell has said something, so that the prompt comes first. */
    function typeWhenPrompted(client: LabClient): () => void {
      return client.onMessage((message) => {
        if (message.type !== 'terminal.output' || message.terminal !== get().terminal || waiting.length === 0) return;
        const commands = waiting;
        waiting = [];
        setTimeout(() => commands.forEach(typeIn), 60);
      });
    }

    async function connect(): Promise<void> {
      const { openLab } = await import('./open');
      const { client, timeline, stop } = openLab({
        lesson: facts.number,
        learner: learnerName(),
        lab: rememberedLab(facts.number) ?? undefined,
      });
      cleanUp = [client.subscribe(() => follow(client)), typeWhenPrompted(client), stop, () => client.dispose()];
      set({ client, timeline, view: client.getView() });
      client.start();
    }

    function drop(): void {
      for (const clean of cleanUp) clean();
      cleanUp = [];
      waiting = [];
      set({ client: null, timeline: null, view: null, starting: false, terminal: null });
    }

    return {
      facts,
      view: null,
      client: null,
      timeline: null,
      starting: false,
      loadError: null,
      doneBefore: new Set(),
      progressProblem: null,
      terminal: null,
      panel: 'read',
      lower: 'diagram',
      focusTerminal: 0,
      accessibleTerminal: false,

      async start() {
        const { client, starting, view } = get();
        if (starting) return;
        get().showTerminal();
        if (client !== null) {
          if (view?.status.phase === 'ended' || view?.status.phase === 'failed') client.restart();
          return;
        }
        set({ starting: true, loadError: null });
        try {
          await connect();
        } catch (error) {
          set({ loadError: error instanceof Error ? error.message : String(error) });
        }
        set({ starting: false });
      },
      leave() {
        get().client?.leave();
        drop();
        rememberLab(facts.number, null);
        set({ panel: 'read' });
      },
      disconnect: drop,
      run(command) {
        const { view, terminal } = get();
        get().showTerminal();
        if (view?.status.phase === 'ready' && terminal !== null) return typeIn(command);
        waiting.push(command);
        get().start();
      },
      openTerminal(machine, user) {
        const terminal = get().client?.openTerminal({ machine, user, cols: 80, rows: 24 });
        if (terminal !== undefined) get().selectTerminal(terminal);
      },
      selectTerminal(terminal) {
        set({ terminal });
        get().showTerminal();
      },
      show(panel) {
        set(panel === 'diagram' || panel === 'files' ? { panel, lower: panel } : { panel });
      },
      showTerminal() {
        set({ panel: 'terminal', focusTerminal: get().focusTerminal + 1 });
      },
      setAccessibleTerminal(accessibleTerminal) {
        remember('accessible-terminal', String(accessibleTerminal));
        set({ accessibleTerminal });
      },
    };
  });
}
