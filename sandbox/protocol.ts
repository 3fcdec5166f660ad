/**
 * The one protocol between a page and a lab, whatever lies between them (a WebSocket, postMessage, virtio).
 *
 * A message is one plain value; `Uint8Array` travels as it is. Whoever receives parses with these schemas: a malformed
 * message is answered with `error` and changes nothing. A page trusts its server: it imports this file as types only.
 * Delivery may break and start again: terminals number every byte in both directions, so that after `hello` with `lab`
 * set both sides know what the other has and send the rest.
 */
import * as z from 'zod';
import { LabState, NsId, StatePatch } from '../engine/state/parse';
import { maxInputBytes } from './windows';

export * from './windows';

const Bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected bytes');

const TerminalId = z.string().regex(/^[a-z0-9-]{1,32}$/);
const RequestId = z.int().nonnegative();
const Path = z
  .string()
  .max(4096)
  .startsWith('/')
  .refine((path) => !path.includes('\0'), 'must not hold a NUL byte');
const Size = { cols: z.int().min(2).max(1000), rows: z.int().min(1).max(500) };

/** A number from the lab's clock: milliseconds since the lab began. */
const LabTime = z.number().nonnegative();

export const FileRequest = z.discriminatedUnion('op', [
  z.object({ op: z.literal('list'), machine: z.string(), path: Path }),
  z.object({ op: z.literal('read'), machine: z.string(), path: Path }),
  z.object({ op: z.literal('write'), machine: z.string(), path: Path, content: Bytes }),
  z.object({ op: z.literal('makeDirectory'), machine: z.string(), path: Path }),
  z.object({ op: z.literal('remove'), machine: z.string(), path: Path }),
  z.object({ op: z.literal('rename'), machine: z.string(), path: Path, to: Path }),
]);
export type FileRequest = z.infer<typeof FileRequest>;

export const FileEntry = z.object({
  name: z.string(),
  kind: z.string(),
  size: z.int(),
  mode: z.int(),
});
export type FileEntry = z.infer<typeof FileEntry>;

export const FileResult = z.discriminatedUnion('op', [
  z.object({ op: z.literal('list'), entries: z.array(FileEntry) }),
  z.object({ op: z.literal('read'), content: Bytes }),
  z.object({ op: z.literal('done') }),
]);
export type FileResult = z.infer<typeof FileResult>;

/** What a page sends. */
export const ClientMessage = z.discriminatedUnion('type', [
  /** First message. With `lab` it joins that lab again; without, it starts one for the lesson. */
  z.object({
    type: z.literal('hello'),
    version: z.int(),
    lesson: z.string().max(32),
    learner: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
    lab: z.string().max(64).optional(),
  }),
  z.object({
    type: z.literal('terminal.open'),
    terminal: TerminalId,
    machine: z.string(),
    user: z.enum(['root', 'learner']),
    ...Size,
  }),
  /** Joins a terminal that exists; output is sent from byte `from` on (or from the oldest byte still kept). */
  z.object({ type: z.literal('terminal.attach'), terminal: TerminalId, from: z.int().nonnegative(), ...Size }),
  /** `offset` is the number of the payload's first byte, counted per page (`client`) and terminal; bytes seen before are skipped. */
  z.object({
    type: z.literal('terminal.input'),
    terminal: TerminalId,
    client: z.string().max(64),
    offset: z.int().nonnegative(),
    data: Bytes.refine((data) => data.byteLength <= maxInputBytes, `at most ${maxInputBytes} bytes`),
  }),
  /** All output before byte `offset` has been drawn. */
  z.object({ type: z.literal('terminal.ack'), terminal: TerminalId, offset: z.int().nonnegative() }),
  z.object({ type: z.literal('terminal.resize'), terminal: TerminalId, ...Size }),
  z.object({ type: z.literal('terminal.close'), terminal: TerminalId }),
  z.object({ type: z.literal('file'), request: RequestId, file: FileRequest }),
  z.object({ type: z.literal('task.hint'), task: z.string() }),
  z.object({ type: z.literal('task.solution'), task: z.string() }),
  z.object({ type: z.literal('journal.read'), request: RequestId, from: z.int().nonnegative() }),
  z.object({ type: z.literal('lab.extend') }),
  /** Simulated labs only. How much faster than real time the lab's clock runs; 0 stops it. */
  z.object({ type: z.literal('sim.speed'), speed: z.number().min(0).max(1000) }),
  /** The next event while the clock stands. */
  z.object({ type: z.literal('sim.step') }),
  /** Back to an earlier moment, and on from there. */
  z.object({ type: z.literal('sim.rewind'), to: LabTime }),
  /** Whether packets are to be told of. */
  z.object({ type: z.literal('sim.packets'), on: z.boolean() }),
  /** The lab as a file that `underlay replay` plays again. */
  z.object({ type: z.literal('sim.export'), request: RequestId }),
  z.object({ type: z.literal('lab.reset') }),
  z.object({ type: z.literal('lab.leave') }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

export const TaskStatus = z.object({
  id: z.string(),
  /** `locked` until everything it needs is done; `done` tasks with a level check may fall back to `open`. */
  status: z.enum(['locked', 'open', 'done']),
});
export type TaskStatus = z.infer<typeof TaskStatus>;

export const TaskView = z.object({
  id: z.string(),
  title: z.string(),
  points: z.int(),
  needs: z.array(z.string()),
  challenge: z.boolean(),
  status: TaskStatus.shape.status,
});
export type TaskView = z.infer<typeof TaskView>;

export const TerminalView = z.object({
  terminal: z.string(),
  machine: z.string(),
  user: z.enum(['root', 'learner']),
  /** Number of the oldest byte still kept, and of the next byte to come. */
  start: z.int(),
  end: z.int(),
});
export type TerminalView = z.infer<typeof TerminalView>;

export const PortView = z.object({
  machine: z.string(),
  protocol: z.enum(['tcp', 'udp']),
  address: z.string(),
  port: z.int(),
});
export type PortView = z.infer<typeof PortView>;

/** Time left, in milliseconds from now; null where there is no limit. */
export const LabTimes = z.object({
  idleMs: z.number().nullable(),
  totalMs: z.number().nullable(),
  extensionsLeft: z.int(),
});
export type LabTimes = z.infer<typeof LabTimes>;

export const JournalEntry = z.object({
  /** Position in the journal, from 0, without gaps. */
  seq: z.int(),
  at: LabTime,
  event: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('state'), patch: StatePatch }),
    /** Input as it was typed, decoded as UTF-8; long pastes are cut and `truncated` says so. */
    z.object({ kind: z.literal('input'), terminal: z.string(), text: z.string(), truncated: z.boolean() }),
    /** A command line that was entered at a shell prompt, where the shell reported it (OSC 133). */
    z.object({ kind: z.literal('command'), terminal: z.string(), line: z.string() }),
    /** The command of that terminal has ended; its exit code where the shell told it. */
    z.object({ kind: z.literal('command.end'), terminal: z.string(), exitCode: z.int().nullable() }),
    /** A check that threw or took too long. */
    z.object({ kind: z.literal('check.error'), task: z.string(), message: z.string() }),
    /** Entries before this one were dropped to keep the journal small; numbering goes on. */
    z.object({ kind: z.literal('dropped'), entries: z.int() }),
    z.object({ kind: z.literal('task'), task: z.string(), status: TaskStatus.shape.status }),
    z.object({ kind: z.literal('hint'), task: z.string(), hint: z.string() }),
    z.object({ kind: z.literal('solution'), task: z.string() }),
    z.object({ kind: z.literal('lab'), text: z.string() }),
  ]),
});
export type JournalEntry = z.infer<typeof JournalEntry>;

/** One station of a packet (`PacketHop` of engine/kernel); `at` is lab time. */
export const PacketHop = z.object({
  packet: z.int(),
  at: LabTime,
  ns: NsId,
  device: z.string().nullable(),
  stage: z.string(),
  summary: z.string(),
  rule: z
    .object({ family: z.string(), table: z.string(), chain: z.string(), handle: z.int(), text: z.string() })
    .nullable(),
  rewrite: z.object({ before: z.string(), after: z.string() }).nullable(),
  verdict: z.string().nullable(),
  reason: z.string().nullable(),
});
export type PacketHop = z.infer<typeof PacketHop>;

/** Error codes a program may branch on; `message` is for a person. */
export const ErrorCode = z.enum([
  'bad-message',
  'bad-version',
  'unknown-lesson',
  'unknown-lab',
  'unknown-terminal',
  'unknown-task',
  'unknown-machine',
  'unavailable',
  'busy',
  'boot-failed',
  'file',
  'limit',
  'internal',
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

/** What a lab sends. */
export const ServerMessage = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('ready'),
    version: z.int(),
    lab: z.string(),
    lesson: z.string(),
    /** True when an existing lab was joined. */
    resumed: z.boolean(),
    machines: z.array(z.object({ id: z.string(), hostname: z.string() })),
    /** The learner's own names and values, for the prose. */
    vars: z.record(z.string(), z.string()),
    tasks: z.array(TaskView),
    terminals: z.array(TerminalView),
    times: LabTimes,
    elapsedMs: LabTime,
    /** Of a simulated lab, how fast its clock runs; null on a real kernel. */
    speed: z.number().nullable(),
  }),
  z.object({ type: z.literal('state.snapshot'), at: LabTime, seq: z.int(), state: LabState }),
  z.object({ type: z.literal('state.patch'), at: LabTime, seq: z.int(), patch: StatePatch }),
  z.object({ type: z.literal('task.status'), at: LabTime, tasks: z.array(TaskStatus) }),
  z.object({ type: z.literal('task.hint'), task: z.string(), hint: z.string(), text: z.string() }),
  z.object({
    type: z.literal('task.solution'),
    task: z.string(),
    ways: z.array(z.object({ title: z.string(), commands: z.array(z.string()) })),
  }),
  /** A shell took a command line, or is back at its prompt. */
  z.object({ type: z.literal('command.started'), at: LabTime, terminal: z.string(), line: z.string() }),
  z.object({ type: z.literal('command.ended'), at: LabTime, terminal: z.string(), exitCode: z.int().nullable() }),
  z.object({
    type: z.literal('terminal.opened'),
    terminal: z.string(),
    machine: z.string(),
    user: z.enum(['root', 'learner']),
  }),
  /** `offset` is the number of the payload's first byte. `skipped` bytes before it are no longer kept. */
  z.object({
    type: z.literal('terminal.output'),
    terminal: z.string(),
    offset: z.int(),
    skipped: z.int(),
    data: Bytes,
  }),
  /** All input of this page before byte `offset` is in the terminal. */
  z.object({ type: z.literal('terminal.inputAck'), terminal: z.string(), client: z.string(), offset: z.int() }),
  z.object({
    type: z.literal('terminal.closed'),
    terminal: z.string(),
    exitCode: z.int().nullable(),
    signal: z.string().nullable(),
  }),
  z.object({ type: z.literal('file'), request: RequestId, result: FileResult }),
  z.object({ type: z.literal('journal'), request: RequestId, entries: z.array(JournalEntry), end: z.int() }),
  z.object({ type: z.literal('ports'), ports: z.array(PortView) }),
  /** Sent when a limit is near and after every extension. */
  z.object({ type: z.literal('lab.times'), times: LabTimes, warning: z.string().nullable() }),
  z.object({ type: z.literal('sim.time'), at: LabTime, speed: z.number() }),
  /** What came after `at` has not happened. The state as it is now follows. */
  z.object({ type: z.literal('sim.rewound'), at: LabTime }),
  z.object({ type: z.literal('sim.packets'), hops: z.array(PacketHop) }),
  z.object({ type: z.literal('sim.export'), request: RequestId, journal: z.string() }),
  z.object({ type: z.literal('lab.ended'), reason: z.string() }),
  z.object({
    type: z.literal('error'),
    code: ErrorCode,
    message: z.string(),
    /** The request or terminal it is about, where there is one. */
    request: RequestId.optional(),
    terminal: z.string().optional(),
  }),
]);
export type ServerMessage = z.infer<typeof ServerMessage>;

/** Two ends of one conversation with a lab. */
export interface Channel<Out, In> {
  send(message: Out): void;
  onMessage(listener: (message: In) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}
export type PageChannel = Channel<ClientMessage, ServerMessage>;
export interface LabChannel extends Channel<ServerMessage, ClientMessage> {
  /** Bytes given to `send` that the network has not taken yet: a lab sends what can wait later. */
  backlogBytes(): number;
}
