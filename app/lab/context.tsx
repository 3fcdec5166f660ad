'use client';

/** The lesson page's store, for every component below the provider. */
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { LabView } from '../../sandbox/client';
import type { LessonFacts, TaskFacts } from './facts';
import { learnerName, remembered, rememberedLab, rememberLesson } from './memory';
import { fetchModes, fetchProgress } from './server-answers';
import { createLabStore, type LabStore, type LabStoreApi } from './store';

const LabContext = createContext<LabStoreApi | null>(null);

export function LabProvider({ facts, children }: { facts: LessonFacts; children: ReactNode }) {
  const [store] = useState(() => createLabStore(facts));
  useEffect(() => {
    rememberLesson(facts.number);
    store.setState({ accessibleTerminal: remembered('accessible-terminal') === 'true' });
    const stop = afterFirstPaint(() => {
      loadProgress(store);
      const modes = loadModes(store);
      // Where it was is the learner's choice, or what was preferred then and is now.
      if (rememberedLab(facts.number) !== null) modes.then(() => rejoin(store));
    });
    return () => {
      stop();
      store.getState().disconnect();
    };
  }, [store, facts.number]);
  return <LabContext.Provider value={store}>{children}</LabContext.Provider>;
}

export function useLabStore(): LabStoreApi {
  const store = useContext(LabContext);
  if (store === null) throw new Error('LabProvider is missing above this component');
  return store;
}

/** A part of the store; the component draws anew when that part is another object. */
export function useLab<T>(select: (lab: LabStore) => T): T {
  return useStore(useLabStore(), select);
}

/** A part of the lab's view, or `otherwise` while there is no lab. */
export function useLabView<T>(select: (view: LabView) => T, otherwise: T): T {
  return useLab(({ view }) => (view === null ? otherwise : select(view)));
}

const noTerminals: LabView['terminals'] = [];
const none: Readonly<Record<string, string>> = {};

/** The learner's names and values: the anonymous learner's until the lab told others. */
export function useVars(): Readonly<Record<string, string>> {
  const facts = useLab((lab) => lab.facts.vars);
  const told = useLabView((view) => view.vars, none);
  return Object.keys(told).length > 0 ? told : facts;
}

/** The lab's Machines; while it starts, those the lesson names. */
export function useMachines(): LabView['machines'] {
  const coming = useLab((lab) => lab.facts.machines);
  const running = useLabView((view) => view.machines, coming);
  return running.length > 0 ? running : coming;
}

/** Terminals that are open; while the lab starts, those it will open, so that they are ready when it is. */
export function useTerminals(): LabView['terminals'] {
  const coming = useLab((lab) => lab.facts.terminals);
  const open = useLabView((view) => view.terminals, noTerminals);
  const starting = useLabView((view) => view.lab === null, true);
  return useMemo(
    () => (starting ? coming.map((terminal) => ({ ...terminal, start: 0, end: 0 })) : open),
    [starting, coming, open],
  );
}

/** `idle`: there is no lab, so nothing is checked. */
export type ShownStatus = 'idle' | 'locked' | 'open' | 'done';

export interface ShownTask extends TaskFacts {
  status: ShownStatus;
  /** Done in an earlier lab; it counts, whatever the lab says now. */
  doneBefore: boolean;
}

export function useTasks(): ShownTask[] {
  const tasks = useLab((lab) => lab.facts.tasks);
  const live = useLabView((view) => view.tasks, undefined);
  const before = useLab((lab) => lab.doneBefore);
  return tasks.map((task) => ({
    ...task,
    status: live?.find(({ id }) => id === task.id)?.status ?? 'idle',
    doneBefore: before.has(task.id),
  }));
}

async function loadModes(store: LabStoreApi): Promise<void> {
  store.getState().setModes(await fetchModes());
}

async function loadProgress(store: LabStoreApi): Promise<void> {
  const { done, problem } = await fetchProgress(learnerName());
  const lesson = store.getState().facts.number;
  const tasks = done.filter((row) => row.lesson === lesson).map((row) => row.task);
  store.setState({ doneBefore: new Set(tasks), progressProblem: problem });
}

/** After a reload the lab goes on, without taking the keyboard or the page away from the reader. */
async function rejoin(store: LabStoreApi): Promise<void> {
  const { panel, focusTerminal } = store.getState();
  const started = store.getState().start();
  store.setState({ panel, focusTerminal });
  await started;
}

function afterFirstPaint(run: () => void): () => void {
  let timer = 0;
  const frame = requestAnimationFrame(() => {
    timer = window.setTimeout(run, 0);
  });
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
