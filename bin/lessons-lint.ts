/** `npm run lessons:lint`: prints what is wrong with the lessons; exit code 1 when something is. */
import { type Prose, ProseError, proseOf, sections } from '../content';
import { type Finding, lessons, lintLessons, type ProseText } from '../lessons';

const prose = new Map<string, ProseText>();
const unreadable: Finding[] = [];
for (const { number } of lessons) {
  try {
    const text = await proseOf(number);
    if (text) prose.set(number, proseText(text));
  } catch (error) {
    if (!(error instanceof ProseError)) throw error;
    unreadable.push({ lesson: number, place: 'prose', message: error.message, remedy: 'mend the file' });
  }
}

const known = new Set(unreadable.map((finding) => finding.lesson));
const findings = [
  ...unreadable,
  // A file that cannot be read is not missing, too.
  ...lintLessons({ lessons, sections: sections(), prose }).filter(
    ({ lesson, place }) => !(place === 'prose' && known.has(lesson)),
  ),
];
for (const { lesson, place, message, remedy } of findings) {
  console.error(`${lesson}  ${place}: ${message}\n     ${remedy}`);
}
console.log(
  `${lessons.length} lessons, ${lessons.reduce((sum, lesson) => sum + lesson.tasks.length, 0)} tasks: ` +
    (findings.length === 0 ? 'nothing to mend' : `${findings.length} to mend`),
);
process.exitCode = findings.length === 0 ? 0 : 1;

function proseText({ file, body, frontmatter }: Prose): ProseText {
  return { file, body, number: frontmatter.number, sources: frontmatter.sources };
}
