/** The lesson page's state: the lab's newest view, and what the page itself has open. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { LabClient, LabView } from '../../sandbox/client';
import type { StateTimeline } from '../diagrams/timeline';
import { fillKnown } from '../prose/vars';
import type { Mode } from '../services';
import { chosenMode, type LabMode, placeOfSimulator } from '../simulator/mode';
import { recordOwn } from '../simulator/own-progress';
import type { SolutionStep, TerminalWish } from '../tasks/steps';
import type { LessonFacts } from './facts';
import { leaveThenClose } from './leave';
import { learnerName, remember, remembered, rememberedLab, rememberLab } from './memory';

/** Which part fills a narrow page. */
export type Panel = 'read' | 'terminal' | 'diagram' | 'files';

export interface LabStore {
  facts: LessonFacts;
  /** Null until the lab was asked for. */
  view: LabView | null;
  client: LabClient | null;
  timeline: StateTimeline | null;
  /** Where the lab runs, or would; null until it is known what can be had. */
  mode: LabMode | null;
  /** Where labs can run. */
  modes: readonly Mode[];
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
  /** The first shell has said something; what is less urgent may be drawn now. */
  prompted: boolean;
  /** Grows when the terminal is to take the keyboard. */
  focusTerminal: number;
  /** The terminal also keeps its text in a form that screen readers follow. */
  accessibleTerminal: boolean;

  /** What can be had is known now: chooses. */
  setModes(modes: readonly Mode[]): void;
  /** The learner's choice; a lab that runs elsewhere is left. */
  setMode(mode: LabMode): void;
  start(): Promise<void>;
  /** Ends the lab and goes back to the beginning. */
  leave(): void;
  /** Closes the connection; the lab lives on for a while. */
  disconnect(): void;
  /** Types a command into the current terminal; starts the lab first when there is none. */
  run(command: string): void;
  /** Does a step of a solution in the terminal it belongs to, which is opened when it is not there. */
  perform(step: SolutionStep): void;
  openTerminal(machine: string, user: 'root' | 'learner'): void;
  selectTerminal(terminal: string): void;
  show(panel: Panel): void;
  showTerminal(): void;
  setAccessibleTerminal(on: boolean): void;
}

/** Terminals get `t1`, `t2` ... unless a lesson names one. */
export function isUnnamed(terminal: string): boolean {
  return /^t\d+$/.test(terminal);
}

/** Whoever clicks before it is known what can be had waits for it. */
function knownMode(store: LabStoreApi): Promise<LabMode> {
  const { mode } = store.getState();
  if (mode !== null) return Promise.resolve(mode);
  return new Promise((resolve) => {
    const stop = store.subscribe(({ mode: known }) => {
      if (known === null) return;
      stop();
      resolve(known);
    });
  });
}

/** From a shell's first bytes to its whole prompt. */
const promptMs = 60;

export type LabStoreApi = StoreApi<LabStore>;

export function createLabStore(facts: LessonFacts): LabStoreApi {
  return createStore<LabStore>()((set, get, store) => {
    /** Keys for terminals that have not shown a prompt yet; `null` is whichever comes to the front. */
    let waiting: Array<{ terminal: string | null; keys: () => string }> = [];
    /** Terminals that have said something: their shell is there. */
    let spoken = new Set<string>();
    /** A terminal that was asked for and is not open yet: it is in front already. */
    let expected: string | null = null;
    let cleanUp: Array<() => void> = [];
    /** How often the lab was let go: a start that was overtaken by it gives up. */
    let dropped = 0;

    function follow(client: LabClient): void {
      const view = client.getView();
      const { terminal, view: before } = get();
      const ids = view.terminals.map((open) => open.terminal);
      if (expected !== null && (ids.includes(expected) || view.problem !== before?.problem)) expected = null;
      const stays = view.lab === null || (terminal !== null && (ids.includes(terminal) || terminal === expected));
      set({ view, terminal: stays ? terminal : (ids.at(-1) ?? null) });
      if (view.lab !== null) rememberLab(facts.number, view.status.phase === 'ended' ? null : view.lab);
    }

    function type(terminal: string | null, keys: () => string): void {
      const { client } = get();
      if (client !== null && terminal !== null && spoken.has(terminal)) client.terminal(terminal).write(keys());
      else waiting.push({ terminal, keys });
    }

    /** A command with Enter; its names are filled in when it is typed, for before the lab is ready they aren't known. */
    function keysOf(command: string): () => string {
      return () => `${fillKnown(command, get().view?.vars ?? {}).replace(/\n/g, '\r')}\r`;
    }

    /** The terminal a step is meant for; a named one is opened, and steps without a name go to one without a name. */
    function terminalFor({ name, machine, user }: TerminalWish): string | null {
      const { client, terminal, view } = get();
      const open = view?.terminals.map((one) => one.terminal) ?? [];
      if (name === null) return terminal !== null && isUnnamed(terminal) ? terminal : (open.find(isUnnamed) ?? null);
      if (!open.includes(name)) {
        client?.openTerminal({
          id: name,
          machine: machine ?? facts.machines[0]?.id ?? '',
          user: user ?? 'root',
          cols: 80,
          rows: 24,
        });
        expected = name;
      }
      return name;
    }

    /** Types what waited as soon as the shell has said something, so that the prompt comes first. */
    function typeWhenPrompted(client: LabClient): () => void {
      return client.onMessage((message) => {
        if (message.type === 'terminal.closed') spoken.delete(message.terminal);
        if (message.type === 'ready' && !message.resumed) spoken = new Set();
        if (message.type !== 'terminal.output' || spoken.has(message.terminal)) return;
        spoken.add(message.terminal);
        set({ prompted: true });
        setTimeout(() => typeWaiting(message.terminal), promptMs);
      });
    }

    function typeWaiting(terminal: string): void {
      const isFor = (wanted: string | null) => wanted === terminal || (wanted === null && terminal === get().terminal);
      const due = waiting.filter((one) => isFor(one.terminal));
      waiting = waiting.filter((one) => !isFor(one.terminal));
      for (const { keys } of due) type(terminal, keys);
    }

    function pointsOf(task: string): number {
      return facts.tasks.find(({ id }) => id === task)?.points ?? 0;
    }

    async function connect(): Promise<void> {
      const drops = dropped;
      const [{ openLab }, mode] = await Promise.all([import('./open'), knownMode(store)]);
      if (drops !== dropped) return;
      const { client, timeline, stop } = openLab({
        lesson: facts.number,
        learner: learnerName(),
        lab: rememberedLab(facts.number) ?? undefined,
        mode,
        place: placeOfSimulator(get().modes),
        files: facts.files,
        onTask: ({ lesson, task, status }) => {
          if (status === 'done') recordOwn({ lesson, task, points: pointsOf(task) });
        },
      });
      cleanUp = [client.subscribe(() => follow(client)), typeWhenPrompted(client), stop];
      set({ client, timeline, view: client.getView(), terminal: facts.terminals[0]?.terminal ?? null });
      client.start();
    }

    /** Lets the lab go; `close` says what becomes of its connection. */
    function drop(close: (client: LabClient) => void): void {
      const { client } = get();
      dropped++;
      for (const clean of cleanUp) clean();
      if (client !== null) close(client);
      cleanUp = [];
      waiting = [];
      spoken = new Set();
      set({ client: null, timeline: null, view: null, starting: false, terminal: null, prompted: false });
    }

    return {
      facts,
      view: null,
      mode: null,
      modes: [],
      client: null,
      timeline: null,
      starting: false,
      loadError: null,
      doneBefore: new Set(),
      progressProblem: null,
      terminal: null,
      panel: 'read',
      lower: 'diagram',
      prompted: false,
      focusTerminal: 0,
      accessibleTerminal: false,

      setModes(modes) {
        set({ modes, mode: chosenMode(modes, remembered('mode')) });
      },
      setMode(mode) {
        const { view, panel, mode: before } = get();
        if (view !== null && mode !== before) get().leave();
        remember('mode', mode);
        set({ mode, panel });
      },
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
        drop(leaveThenClose);
        rememberLab(facts.number, null);
        set({ panel: 'read' });
      },
      disconnect: () => drop((client) => client.dispose()),
      run(command) {
        const { view, terminal } = get();
        get().showTerminal();
        if (view === null) {
          waiting.push({ terminal: null, keys: keysOf(command) });
          get().start();
        } else type(terminal, keysOf(command));
      },
      perform(step) {
        const { client, terminal } = get();
        if (client === null || step.kind === 'terminal') return;
        const wanted = terminalFor(step.terminal) ?? terminal;
        if (wanted === null) return;
        set({ terminal: wanted });
        get().showTerminal();
        type(wanted, step.kind === 'key' ? () => step.sends : keysOf(step.text));
      },
      openTerminal(machine, user) {
        const terminal = get().client?.openTerminal({ machine, user, cols: 80, rows: 24 });
        if (terminal === undefined) return;
        expected = terminal;
        get().selectTerminal(terminal);
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
