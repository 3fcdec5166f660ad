import { applyPatch, emptyState } from '../../engine/state';
import type { ServerMessage } from '../protocol';
import type { LabView } from './types';

export function initialView(lesson: string): LabView {
  return {
    status: { phase: 'connecting' },
    lab: null,
    lesson,
    machines: [],
    vars: {},
    tasks: [],
    terminals: [],
    state: emptyState(),
    seq: 0,
    stateAt: 0,
    ports: [],
    times: null,
    speed: null,
    warning: null,
    hints: {},
    solutions: {},
    command: null,
    problem: null,
  };
}

/** The view after a message of the lab. Returns the same object when the message does not concern it. */
export function nextView(view: LabView, message: ServerMessage, now: number): LabView {
  switch (message.type) {
    case 'ready':
      return {
        ...view,
        status: { phase: 'ready' },
        lab: message.lab,
        machines: message.machines,
        vars: message.vars,
        tasks: message.tasks,
        terminals: message.terminals,
        times: { ...message.times, toldAt: now },
        speed: message.speed,
        problem: null,
      };
    case 'state.snapshot':
      return { ...view, state: message.state, seq: message.seq, stateAt: message.at };
    case 'state.patch':
      return { ...view, state: applyPatch(view.state, message.patch), seq: message.seq, stateAt: message.at };
    case 'task.status': {
      const changed = new Map(message.tasks.map((task) => [task.id, task.status]));
      return { ...view, tasks: view.tasks.map((task) => ({ ...task, status: changed.get(task.id) ?? task.status })) };
    }
    case 'task.hint':
      return { ...view, hints: { ...view.hints, [message.task]: { hint: message.hint, text: message.text } } };
    case 'task.solution':
      return { ...view, solutions: { ...view.solutions, [message.task]: message.ways } };
    case 'command.started': {
      const { terminal, line, at } = message;
      return { ...view, command: { terminal, line, startedAt: at, endedAt: null, exitCode: null } };
    }
    case 'command.ended':
      if (view.command?.terminal !== message.terminal || view.command.endedAt !== null) return view;
      return { ...view, command: { ...view.command, endedAt: message.at, exitCode: message.exitCode } };
    case 'terminal.opened': {
      const { terminal, machine, user } = message;
      if (view.terminals.some((known) => known.terminal === terminal)) return view;
      return { ...view, terminals: [...view.terminals, { terminal, machine, user, start: 0, end: 0 }] };
    }
    case 'terminal.closed':
      return { ...view, terminals: view.terminals.filter((known) => known.terminal !== message.terminal) };
    case 'ports':
      return { ...view, ports: message.ports };
    case 'lab.times':
      return { ...view, times: { ...message.times, toldAt: now }, warning: message.warning };
    case 'sim.time':
      return { ...view, speed: message.speed };
    case 'lab.ended':
      return { ...view, status: { phase: 'ended', reason: message.reason }, warning: null };
    case 'error':
      if (message.request !== undefined) return view;
      return { ...view, problem: { code: message.code, message: message.message } };
    case 'terminal.output':
    case 'terminal.inputAck':
    case 'file':
    case 'journal':
    case 'sim.rewound':
    case 'sim.packets':
    case 'sim.export':
      return view;
  }
}
