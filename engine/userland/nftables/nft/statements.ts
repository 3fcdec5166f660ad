/** The statements of a rule. */
import type { NftFamily, NftStatement } from '../../../kernel/sim';
import type { Services } from '../../net/names';
import { readCounter, readLimit, readLog, readReject, readVerdict } from './action-statements';
import type { Cursor } from './cursor';
import { readExpression } from './expressions';
import { NftSyntaxError, type Token } from './lexer';
import { portAfterColon, readFlags, readMasquerade, readNat } from './nat-statements';
import { readUpdate } from './set-statements';
import { checkPort, implies, isAboutTcp, isIpProtocolTcp } from './statement-checks';

export interface RuleContext {
  family: NftFamily;
  services: Services;
  /** Is there a set or map of that name? */
  hasSet: (name: string) => boolean;
}

const terminal = new Set([
  'accept',
  'drop',
  'reject',
  'return',
  'jump',
  'goto',
  'continue',
  'masquerade',
  'snat',
  'dnat',
  'redirect',
]);

export function readStatements(cursor: Cursor, context: RuleContext): { statements: NftStatement[]; comment?: string } {
  const statements: NftStatement[] = [];
  let comment: string | undefined;
  let last: { token: Token; isFinal: boolean } | null = null;
  while (!cursor.isOver) {
    const token = cursor.peek;
    if (cursor.takeWord('comment')) {
      comment = cursor.name('string').text;
      continue;
    }
    if (last?.isFinal)
      throw new NftSyntaxError('Statement after terminal statement has no effect', token.start, token.end, last.token);
    const statement = readStatement(cursor, context);
    checkPort(statement, statements, token, cursor);
    addStatement(statements, statement);
    last = { token, isFinal: token.kind === 'word' && terminal.has(token.text) };
  }
  if (statements.length === 0 && comment === undefined) throw cursor.unexpected();
  return comment === undefined ? { statements } : { statements, comment };
}

/** Drops a match that the next one implies: `ip protocol tcp tcp dport 22` is `tcp dport 22`. */
function addStatement(statements: NftStatement[], statement: NftStatement): void {
  const before = statements.at(-1);
  if (before?.kind === 'match' && statement.kind === 'match' && before.op === '==' && before.value.kind === 'one') {
    const [key] = before.keys;
    const [next] = statement.keys;
    if (key && next && implies(next, key, before.value.value)) statements.pop();
  }
  if (statement.kind === 'reject' && statement.with === 'tcp reset' && before && isIpProtocolTcp(before)) {
    statements.pop();
    statements.push({ kind: 'translated', text: 'reject with tcp reset', does: [before, statement] });
    return;
  }
  if (statement.kind === 'reject' && statement.with === 'tcp reset' && !statements.some(isAboutTcp)) {
    statements.push({
      kind: 'match',
      keys: [{ on: 'meta', of: 'l4proto' }],
      op: '==',
      value: { kind: 'one', value: 'tcp' },
    });
  }
  statements.push(statement);
}

function readStatement(cursor: Cursor, context: RuleContext): NftStatement {
  const { peek: token } = cursor;
  if (token.kind !== 'word') throw cursor.unexpected();
  switch (token.text) {
    case 'accept':
    case 'drop':
    case 'continue':
    case 'return':
    case 'jump':
    case 'goto':
      return { kind: 'verdict', verdict: readVerdict(cursor) };
    case 'counter':
      return readCounter(cursor);
    case 'log':
      return readLog(cursor);
    case 'limit':
      return readLimit(cursor);
    case 'reject':
      return readReject(cursor, context);
    case 'masquerade':
      cursor.next();
      return readMasquerade(cursor);
    case 'redirect':
      cursor.next();
      return {
        kind: 'redirect',
        port: cursor.takeWord('to') ? portAfterColon(cursor) : null,
        flags: readFlags(cursor),
      };
    case 'snat':
    case 'dnat':
      return readNat(cursor, context, token.text);
    case 'notrack':
      cursor.next();
      return { kind: 'notrack' };
    case 'add':
    case 'update':
    case 'delete':
    case 'set':
      return readUpdate(cursor, token.text);
    default:
      return readExpression(cursor, context);
  }
}
