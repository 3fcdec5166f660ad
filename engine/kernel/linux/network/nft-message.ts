/** Transactions of nf_tables over nfnetlink (linux/netfilter/nfnetlink.h, nf_tables.h), and the reading of rules. */
import type { NftBase, NftCommand, NftFamily, NftHook, NftRule, NftRuleInfo } from '../../packet-rules';
import { KernelError } from '../../port';
import { decodeAttributes, encodeMessage, NLM_F_REQUEST, textOf } from '../inspect/netlink/message';
import { attribute } from '../link/rtnetlink';
import { nest, string, u32be, u64be } from './attributes';
import { type Conversation, NLM_F_APPEND, NLM_F_CREATE } from './conversation';
import { encodeStatements } from './nft-expression';
import { decodeRule, userdataComment } from './nft-rule';

const NFNL_SUBSYS_NFTABLES = 10;
const NFNL_MSG_BATCH_BEGIN = 16;
const NFNL_MSG_BATCH_END = 17;
const NFT_MSG = { newTable: 0, delTable: 2, newChain: 3, getChain: 4, delChain: 5, newRule: 6, getRule: 7, delRule: 8 };
const families: Record<NftFamily, number> = { inet: 1, ip: 2, bridge: 7, ip6: 10 };
const ipHooks: Record<NftHook, number> = { prerouting: 0, input: 1, forward: 2, output: 3, postrouting: 4 };
/** Refuses to delete what has something in it. */
const NLM_F_NONREC = 0x100;
const NFTA_TABLE_NAME = 1;
const NFTA_CHAIN = { table: 1, name: 3, hook: 4, policy: 5, type: 7 } as const;
const NFTA_RULE = { table: 1, chain: 2, handle: 3, expressions: 4, userdata: 7 } as const;
const maxComment = 127;

interface Encoded {
  type: number;
  flags: number;
  payload: Buffer;
}

/** Sends all commands as one transaction. Errors: the first failing command's, with what it was about. */
export function runTransaction(conversation: Conversation, commands: readonly NftCommand[]): void {
  if (commands.length === 0) return;
  const encoded = commands.map(encodeCommand);
  const sequences: number[] = [];
  const failure = conversation.sendBatch((next) =>
    Buffer.concat([
      encodeMessage(NFNL_MSG_BATCH_BEGIN, NLM_F_REQUEST, next(), header(0, NFNL_SUBSYS_NFTABLES)),
      ...encoded.map(({ type, flags, payload }) => {
        const sequence = next();
        sequences.push(sequence);
        return encodeMessage((NFNL_SUBSYS_NFTABLES << 8) | type, flags | NLM_F_REQUEST, sequence, payload);
      }),
      encodeMessage(NFNL_MSG_BATCH_END, NLM_F_REQUEST, next(), header(0, NFNL_SUBSYS_NFTABLES)),
    ]),
  );
  if (!failure) return;
  const command = commands[sequences.indexOf(failure.sequence)];
  throw new KernelError(failure.code, 'nft', command ? describe(command) : 'transaction', failure.detail);
}

function describe(command: NftCommand): string {
  const chain = 'chain' in command ? ` ${command.chain}` : '';
  return `${command.do} ${command.family} ${command.table}${chain}`;
}

/** struct nfgenmsg */
function header(family: number, resource = 0): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt8(family, 0);
  bytes.writeUInt16BE(resource, 2);
  return bytes;
}

function encodeCommand(command: NftCommand): Encoded {
  const start = header(families[command.family]);
  const message = (type: number, flags: number, ...parts: Buffer[]) => ({
    type,
    flags,
    payload: Buffer.concat([start, ...parts]),
  });
  switch (command.do) {
    case 'add table':
      return message(NFT_MSG.newTable, NLM_F_CREATE, string(NFTA_TABLE_NAME, command.table));
    case 'delete table':
      return message(NFT_MSG.delTable, command.onlyEmpty ? NLM_F_NONREC : 0, string(NFTA_TABLE_NAME, command.table));
    case 'add chain':
      return message(
        NFT_MSG.newChain,
        NLM_F_CREATE,
        string(NFTA_CHAIN.table, command.table),
        string(NFTA_CHAIN.name, command.chain),
        ...(command.base ? encodeBase(command.base) : []),
      );
    case 'delete chain':
      return message(
        NFT_MSG.delChain,
        command.onlyEmpty ? NLM_F_NONREC : 0,
        string(NFTA_CHAIN.table, command.table),
        string(NFTA_CHAIN.name, command.chain),
      );
    case 'delete rule':
      return message(NFT_MSG.delRule, 0, ...ruleOf(command), u64be(NFTA_RULE.handle, command.handle));
    case 'add rule':
    case 'insert rule':
      return message(
        NFT_MSG.newRule,
        NLM_F_CREATE | (command.do === 'add rule' ? NLM_F_APPEND : 0),
        ...ruleOf(command),
        ...encodeRule(command.rule, command.family),
      );
  }
}

function ruleOf({ table, chain }: { table: string; chain: string }): Buffer[] {
  return [string(NFTA_RULE.table, table), string(NFTA_RULE.chain, chain)];
}

function encodeBase(base: NftBase): Buffer[] {
  return [
    nest(NFTA_CHAIN.hook, u32be(1, ipHooks[base.hook]), u32be(2, base.priority)),
    u32be(NFTA_CHAIN.policy, base.policy === 'accept' ? 1 : 0),
    string(NFTA_CHAIN.type, base.type),
  ];
}

function encodeRule(rule: NftRule, family: NftFamily): Buffer[] {
  const parts = [nest(NFTA_RULE.expressions, encodeStatements(rule.statements, family))];
  if (rule.comment === undefined) return parts;
  const comment = Buffer.from(`${rule.comment}\0`);
  if (comment.length > maxComment + 1) {
    throw new KernelError('E2BIG', 'nft rule', rule.comment, `a comment has at most ${maxComment} bytes`);
  }
  parts.push(attribute(NFTA_RULE.userdata, Buffer.concat([Buffer.of(userdataComment, comment.length), comment])));
  return parts;
}

export function readRules(conversation: Conversation, family: NftFamily, table: string, chain: string): NftRuleInfo[] {
  const question = Buffer.concat([header(families[family]), ...ruleOf({ table, chain })]);
  const answers = conversation.dump((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG.getRule, question, 'nft list chain');
  return answers.map((payload) => {
    const attributes = decodeAttributes(payload.subarray(4));
    return {
      handle: Number(attributes.get(NFTA_RULE.handle)?.readBigUInt64BE(0) ?? 0),
      ...decodeRule(attributes.get(NFTA_RULE.expressions), attributes.get(NFTA_RULE.userdata)),
    };
  });
}

/** Names of the chains of one table; null when there is no such table. */
export function readChains(conversation: Conversation, family: NftFamily, table: string): string[] | null {
  const getTable = 1;
  const there = conversation.ask(
    (NFNL_SUBSYS_NFTABLES << 8) | getTable,
    Buffer.concat([header(families[family]), string(NFTA_TABLE_NAME, table)]),
    'nft list table',
    `${family} ${table}`,
  );
  if (!there) return null;
  const answers = conversation.dump(
    (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG.getChain,
    header(families[family]),
    'nft list chains',
  );
  return answers.flatMap((payload) => {
    const attributes = decodeAttributes(payload.subarray(4));
    return textOf(attributes, NFTA_CHAIN.table) === table ? [textOf(attributes, NFTA_CHAIN.name) ?? ''] : [];
  });
}
