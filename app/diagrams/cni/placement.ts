/** Where lifelines and arrows of an operation go: the runtime on the left, plugins in order of their first call. */
import { shorten } from '../model/names';
import type { CallNode, Operation } from './model';

export interface Lifeline {
  key: string;
  name: string;
  x: number;
  width: number;
}

export interface PlacedCall {
  node: CallNode;
  /** Lifelines of the caller and of the plugin. */
  from: number;
  to: number;
  /** Heights at which it is called and answers. */
  called: number;
  answered: number;
  question: string;
  answer: string;
}

export interface SequencePlacement {
  width: number;
  height: number;
  lifelines: Lifeline[];
  calls: PlacedCall[];
  /** Calls that are not drawn. */
  more: number;
}

export const headHeight = 26;
export const charWidth = 6.65;
/** Down from one arrow to the next. */
const step = 27;
const minGap = 80;
const maxGap = 210;
const maxHead = 112;
/** Calls drawn of one operation. */
const maxCalls = 24;

export function placeSequence(operation: Operation, room: number): SequencePlacement {
  const { plugins, count } = operation;
  const gap = Math.min(Math.max((room - maxHead) / Math.max(plugins.length, 1), minGap), maxGap);
  const head = Math.min(gap - 6, maxHead);
  const x = (index: number) => head / 2 + 1 + index * gap;
  const names = ['runtime', ...plugins.map((path) => path.slice(path.lastIndexOf('/') + 1))];
  const { calls, bottom } = placeCalls(operation, gap);
  return {
    width: x(plugins.length) + head / 2 + 1,
    height: bottom + 14,
    lifelines: names.map((name, index) => ({
      key: index === 0 ? '' : (plugins[index - 1] ?? name),
      name: shorten(name, Math.floor((head - 4) / 6.95)),
      x: x(index),
      width: head,
    })),
    calls,
    more: count - calls.length,
  };
}

function placeCalls({ calls, plugins }: Operation, gap: number): { calls: PlacedCall[]; bottom: number } {
  const placed: PlacedCall[] = [];
  let y = headHeight + 2;
  const place = (node: CallNode, from: number) => {
    if (placed.length >= maxCalls) return;
    const to = plugins.indexOf(node.call.plugin) + 1;
    const letters = Math.floor((Math.max(Math.abs(to - from), 1) * gap - 8) / charWidth);
    y += step;
    const call = {
      node,
      from,
      to,
      called: y,
      answered: y,
      question: questionText(node, letters),
      answer: shorten(node.answer, letters),
    };
    placed.push(call);
    for (const child of node.delegates) place(child, to);
    y += step;
    call.answered = y;
  };
  for (const node of calls) place(node, 0);
  return { calls: placed, bottom: y };
}

/** The command, and that it came with the result so far, as far as there is room. */
function questionText({ call, chained }: CallNode, letters: number): string {
  const texts = chained ? [`${call.command} + prevResult`, `${call.command} + prev`] : [];
  return texts.find((text) => text.length <= letters) ?? call.command;
}
