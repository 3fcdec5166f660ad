/** Findings and predictions that a learner writes to a file. */
import type { LabHandle } from './lab';

/** What the file says, without blank space around it; null when it is missing or empty. */
export async function answerIn(lab: LabHandle, path: string): Promise<string | null> {
  const text = (await lab.files().text(path))?.trim();
  return text ? text : null;
}

/** The letters of a multiple choice, sorted, however they were set apart: `C, a` is `ac`. Null when there are none. */
export async function lettersIn(lab: LabHandle, path: string): Promise<string | null> {
  const letters = (await answerIn(lab, path))?.toLowerCase().match(/[a-z]/g);
  return letters ? [...new Set(letters)].sort().join('') : null;
}

/** The whole numbers in a file, in order; null when there is no file. */
export async function numbersIn(lab: LabHandle, path: string): Promise<number[] | null> {
  const text = await answerIn(lab, path);
  return text === null ? null : (text.match(/\d+/g) ?? []).map(Number);
}
