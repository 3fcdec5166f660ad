/**
 * From a profile (OCI runtime-spec 1.2, config-linux.md, "Seccomp") to the program that seccomp(2) takes.
 *
 * A number is found by halving: ranges of numbers with the same verdict are one leaf, so a call costs some eight
 * comparisons where a list would cost hundreds. The kernel remembers which calls are always allowed and runs nothing for
 * them; that works as long as the way there compares nothing but architecture and number.
 */
import {
  BPF_JEQ,
  BPF_JGE,
  type BpfInstruction,
  longestBpfProgram,
  SECCOMP_RET_KILL_THREAD,
  seccompData,
} from '../../kernel';
import { ConfigError, type Seccomp } from '../config';
import { type Architecture, architecturesOf, type Machine, unsupported, x32Bit } from './architectures';
import { writeCondition } from './conditions';
import { type Label, ProgramWriter } from './program-writer';
import { answerOf, type Verdict, verdictsFor } from './verdicts';

interface Range {
  from: number;
  verdict: Verdict;
}

/** Calls of an architecture that the profile does not name, nor the machine has by itself, kill the thread. */
const ofOtherArchitecture = SECCOMP_RET_KILL_THREAD;

/**
 * Names no kernel knows are passed over. Errors: `ConfigError` for an architecture the machine has and we do not, and for
 * a profile whose program would be longer than the kernel takes.
 */
export function compileProfile(profile: Seccomp, machine: Machine): BpfInstruction[] {
  const architectures = chosen(profile, machine);
  const writer = new ProgramWriter();
  const bodies = new Map<number, Label>();
  for (const audit of new Set(architectures.map((one) => one.audit)))
    bodies.set(
      audit,
      writeArchitecture(
        writer,
        architectures.filter((one) => one.audit === audit),
        profile,
      ),
    );
  let entry = writer.return(ofOtherArchitecture);
  // The native one is compared first, so it is written last.
  for (const [audit, body] of [...bodies].toReversed()) entry = writer.branch(BPF_JEQ, audit, body, entry);
  writer.load(seccompData.architecture, entry);
  const { program } = writer;
  if (program.length > longestBpfProgram)
    throw wrong('syscalls', `makes a program of ${program.length} instructions; the kernel takes ${longestBpfProgram}`);
  return program;
}

function chosen({ architectures = [] }: Seccomp, machine: Machine): Architecture[] {
  const missing = architectures.findIndex((name) => unsupported[machine].includes(name));
  if (missing >= 0) throw wrong(`architectures[${missing}]`, `${architectures[missing]} is not supported`);
  return architecturesOf(machine).filter(({ name }, index) => index === 0 || architectures.includes(name));
}

/** x86-64 and x32 are one architecture to the kernel; a bit in the number tells them apart. */
function writeArchitecture(writer: ProgramWriter, family: readonly Architecture[], profile: Seccomp): Label {
  const otherwise = answerOf(profile.defaultAction, profile.defaultErrnoRet);
  const trees = family.map((one) => ({
    one,
    label: writeTree(writer, rangesOf(verdictsFor(one, profile), otherwise), one.isNarrow),
  }));
  const x32 = trees.find(({ one }) => one.name === 'SCMP_ARCH_X32')?.label;
  const own = trees.find(({ one }) => one.name !== 'SCMP_ARCH_X32')?.label ?? writer.return(ofOtherArchitecture);
  const isX86 = family.some(({ name }) => name === 'SCMP_ARCH_X86_64');
  const entry = isX86 ? writer.branch(BPF_JGE, x32Bit, x32 ?? writer.return(ofOtherArchitecture), own) : own;
  return writer.load(seccompData.number, entry);
}

/** From 0 to the largest number; neighbours differ. */
function rangesOf(verdicts: ReadonlyMap<number, Verdict>, otherwise: number): Range[] {
  const byDefault: Verdict = { cases: [], otherwise };
  const ranges: Range[] = [{ from: 0, verdict: byDefault }];
  const begin = (from: number, verdict: Verdict) => {
    const last = ranges.at(-1);
    if (last?.from === from) ranges.pop();
    const before = ranges.at(-1);
    if (!before || verdictKey(before.verdict) !== verdictKey(verdict)) ranges.push({ from, verdict });
  };
  for (const [number, verdict] of [...verdicts].sort(([a], [b]) => a - b)) {
    begin(number, verdict);
    begin(number + 1, byDefault);
  }
  return ranges;
}

function writeTree(writer: ProgramWriter, ranges: readonly Range[], isNarrow: boolean): Label {
  const [first] = ranges;
  if (!first || ranges.length === 1) return writeVerdict(writer, first?.verdict, isNarrow);
  const middle = ranges.length >> 1;
  const upper = writeTree(writer, ranges.slice(middle), isNarrow);
  const lower = writeTree(writer, ranges.slice(0, middle), isNarrow);
  return writer.branch(BPF_JGE, ranges[middle]?.from ?? 0, upper, lower);
}

function writeVerdict(writer: ProgramWriter, verdict: Verdict | undefined, isNarrow: boolean): Label {
  if (!verdict) return writer.return(ofOtherArchitecture);
  const { cases, otherwise } = verdict;
  if (cases.length === 0) return writer.return(otherwise);
  return writer.once(`${isNarrow} ${verdictKey(verdict)}`, () => {
    let next = writer.return(otherwise);
    for (const { conditions, answer } of cases.toReversed()) {
      let holds = writer.return(answer);
      for (const condition of conditions.toReversed())
        holds = writeCondition(writer, condition, isNarrow, [holds, next]);
      next = holds;
    }
    return next;
  });
}

function verdictKey({ cases, otherwise }: Verdict): string {
  const texts = cases.map(({ keys, answer }) => `${[...keys].join(' and ')}: ${answer}`);
  return [...texts, otherwise].join('; ');
}

function wrong(field: string, problem: string): ConfigError {
  return new ConfigError('config.json', [{ path: `linux.seccomp.${field}`, problem }]);
}
