/** What is wrong with a document, field by field. */
import type { z } from 'zod';

export interface Problem {
  /** The field, as a person would write it in JavaScript: `linux.namespaces[2].type`. Empty for the whole document. */
  path: string;
  /** What is wrong with it; follows on the path and a colon. */
  problem: string;
}

/** Carries every problem that was found, not only the first. */
export class ConfigError extends Error {
  constructor(
    /** What the document is called in the message: `config.json`. */
    readonly subject: string,
    readonly problems: readonly Problem[],
  ) {
    const lines = problems.map(({ path, problem }) => (path === '' ? problem : `${path}: ${problem}`));
    super(lines.length === 1 ? `${subject}: ${lines[0]}` : [`${subject}:`, ...lines].join('\n  '));
    this.name = 'ConfigError';
  }
}

export function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((key, depth) => {
      if (typeof key === 'number') return `[${key}]`;
      const name = String(key);
      if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `[${JSON.stringify(name)}]`;
      return depth === 0 ? name : `.${name}`;
    })
    .join('');
}

/** A problem for each thing the schema found; the value that was there is in it where that helps. */
export function problemsOf(error: z.ZodError): Problem[] {
  return error.issues.map((issue) => ({ path: formatPath(issue.path), problem: explain(issue) }));
}

function explain(issue: z.core.$ZodIssue): string {
  if (issue.input === undefined && /^invalid_(type|value)$/.test(issue.code)) return 'is missing';
  switch (issue.code) {
    case 'invalid_type':
      return `has to be ${nameOf(issue.expected)}, and is ${show(issue.input)}`;
    case 'invalid_value':
      return `${show(issue.input)} is not one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'array'
        ? `needs at least ${issue.minimum} ${issue.minimum === 1 ? 'entry' : 'entries'}`
        : `${show(issue.input)} is less than ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'array'
        ? `has more than ${issue.maximum} entries`
        : `${show(issue.input)} is more than ${issue.maximum}`;
    case 'invalid_key':
      return `has a wrong key: ${issue.issues.map(({ message }) => message).join(', ')}`;
    default:
      return issue.message;
  }
}

const names: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function nameOf(expected: string): string {
  return names[expected] ?? expected;
}

function show(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return value === undefined ? 'not there' : JSON.stringify(value);
}
