'use client';

/** Keys that move the focus between the parts of the page, from wherever it is. */
import { useEffect } from 'react';
import { useLabStore } from '../lab/context';
import type { LabStoreApi } from '../lab/store';

export function Shortcuts() {
  const store = useLabStore();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (!perform(event, store)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Before the terminal and the editor get to see the key.
    window.addEventListener('keydown', press, { capture: true });
    return () => window.removeEventListener('keydown', press, { capture: true });
  }, [store]);
  return null;
}

/** True when the event is inside something that takes text. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest('input, textarea, select, [contenteditable], .xterm, .monaco-editor') !== null
  );
}

function perform(event: KeyboardEvent, store: LabStoreApi): boolean {
  const { ctrlKey, altKey, metaKey, shiftKey, code } = event;
  if (ctrlKey && !altKey && !metaKey && code === 'Backquote') {
    if (document.activeElement?.closest('.terminals')) goToText(store);
    else store.getState().showTerminal();
    return true;
  }
  if (!altKey || ctrlKey || metaKey || shiftKey) return false;
  const action = actions[code];
  action?.(store);
  return action !== undefined;
}

const actions: Record<string, (store: LabStoreApi) => void> = {
  Digit1: goToText,
  Digit2: (store) => store.getState().showTerminal(),
  Digit3: (store) => goToLower(store, 'diagram'),
  Digit4: (store) => goToLower(store, 'files'),
  KeyN: goToNextTask,
};

function goToText(store: LabStoreApi): void {
  store.getState().show('read');
  document.getElementById('prose')?.focus({ preventScroll: true });
}

function goToLower(store: LabStoreApi, panel: 'diagram' | 'files'): void {
  store.getState().show(panel);
  requestAnimationFrame(() => document.getElementById(`tab-${panel}`)?.focus());
}

function goToNextTask(store: LabStoreApi): void {
  const { facts, view, doneBefore } = store.getState();
  const isOpen = (id: string) =>
    view === null ? !doneBefore.has(id) : view.tasks.some((task) => task.id === id && task.status === 'open');
  const next = facts.tasks.find((task) => isOpen(task.id));
  const card = next && document.getElementById(`task-${next.id}`);
  if (!card) return;
  store.getState().show('read');
  card.scrollIntoView({ block: 'center' });
  card.querySelector('button')?.focus({ preventScroll: true });
}
