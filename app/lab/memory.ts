/** What the browser remembers for the page. Storage can be forbidden or full: then nothing is remembered. */

const learnerKey = 'underlay.learner';
const lastLessonKey = 'underlay.last-lesson';
const labKey = (lesson: string) => `underlay.lab.${lesson}`;

/** The anonymous learner's name, made at the first visit. */
export function learnerName(): string {
  const known = read(() => localStorage, learnerKey);
  if (known !== null && /^[A-Za-z0-9_-]{8,64}$/.test(known)) return known;
  const made = crypto.randomUUID();
  write(() => localStorage, learnerKey, made);
  return made;
}

/** The lab this tab was in when it was last on the lesson's page. */
export function rememberedLab(lesson: string): string | null {
  return read(() => sessionStorage, labKey(lesson));
}

export function rememberLab(lesson: string, lab: string | null): void {
  write(() => sessionStorage, labKey(lesson), lab);
}

/** Number of the lesson that was open last. */
export function lastLesson(): string | null {
  return read(() => localStorage, lastLessonKey);
}

export function rememberLesson(lesson: string): void {
  write(() => localStorage, lastLessonKey, lesson);
}

export function remembered(key: string): string | null {
  return read(() => localStorage, `underlay.${key}`);
}

export function remember(key: string, value: string): void {
  write(() => localStorage, `underlay.${key}`, value);
}

function read(storage: () => Storage, key: string): string | null {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
}

function write(storage: () => Storage, key: string, value: string | null): void {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, value);
  } catch {
    // See above: the page works without.
  }
}
