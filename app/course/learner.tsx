'use client';

/** What the map learns about the learner after the first paint: what is done, and whether labs can run here. */
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { lastLesson, learnerName } from '../lab/memory';
import { fetchModes, fetchProgress, modesAtFirst } from '../lab/server-answers';
import type { TaskDone } from '../progress/types';
import type { Mode } from '../services';

export interface LearnerFacts {
  /** Done tasks by lesson; null until the server answered. */
  done: ReadonlyMap<string, ReadonlySet<string>> | null;
  /** The same, as a list. */
  known: readonly TaskDone[];
  problem: string | null;
  modes: readonly Mode[] | null;
  lastLesson: string | null;
}

const unknown: LearnerFacts = { done: null, known: [], problem: null, modes: modesAtFirst, lastLesson: null };
const LearnerContext = createContext<LearnerFacts>(unknown);

export function LearnerProvider({ children }: { children: ReactNode }) {
  const [facts, setFacts] = useState(unknown);
  useEffect(() => {
    let gone = false;
    const learn = (some: Partial<LearnerFacts>) => {
      if (!gone) setFacts((known) => ({ ...known, ...some }));
    };
    learn({ lastLesson: lastLesson() });
    fetchModes().then((modes) => learn({ modes }));
    fetchProgress(learnerName()).then(({ done, problem }) => learn({ done: byLesson(done), known: done, problem }));
    return () => {
      gone = true;
    };
  }, []);
  return <LearnerContext.Provider value={facts}>{children}</LearnerContext.Provider>;
}

export function useLearner(): LearnerFacts {
  return useContext(LearnerContext);
}

function byLesson(done: ReadonlyArray<{ lesson: string; task: string }>): Map<string, Set<string>> {
  const lessons = new Map<string, Set<string>>();
  for (const { lesson, task } of done) lessons.set(lesson, (lessons.get(lesson) ?? new Set()).add(task));
  return lessons;
}
