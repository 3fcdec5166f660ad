/** Rules in the output of `nft --handle --stateless list ruleset` (nft(8)). */
import type { NsId, PacketRule } from '../../state';

interface Chain {
  name: string;
  hook: string | null;
  type: string | null;
}

/** Sets, maps and other objects are passed over; a rule wrapped over several lines is joined. */
export function parseNftList(text: string, ns: NsId): PacketRule[] {
  const rules: PacketRule[] = [];
  let table: { family: string; name: string } | null = null;
  let chain: Chain | null = null;
  let skipping = false;
  let pending = '';
  for (const line of text.split('\n')) {
    const opened = /^table (\S+) (\S+) \{/.exec(line);
    if (opened?.[1] && opened[2]) {
      table = { family: opened[1], name: opened[2] };
    } else if (line === '\t}') {
      chain = null;
      skipping = false;
      pending = '';
    } else if (!table || skipping || line.startsWith('#') || line === '}') {
    } else if (!chain) {
      chain = chainOpenedBy(line);
      skipping = !chain && line.includes('{') && !line.trimEnd().endsWith('}');
    } else {
      const base = /^\s*type (\S+) hook (\S+) /.exec(line);
      if (base?.[1] && base[2]) {
        chain.type = base[1];
        chain.hook = base[2];
        continue;
      }
      pending = pending === '' ? line.trim() : `${pending} ${line.trim()}`;
      const ended = /^(.*) # handle (\d+)$/.exec(pending);
      if (!ended?.[1] || !ended[2]) continue;
      rules.push({
        ns,
        family: table.family,
        table: table.name,
        chain: chain.name,
        hook: chain.hook,
        type: chain.type,
        handle: Number(ended[2]),
        text: ended[1],
        verdict: verdictOf(ended[1]),
      });
      pending = '';
    }
  }
  return rules;
}

function chainOpenedBy(line: string): Chain | null {
  const name = /^\tchain (\S+) \{/.exec(line)?.[1];
  return name ? { name, hook: null, type: null } : null;
}

const verdicts =
  /\b(accept|drop|reject|queue|continue|return|jump|goto|masquerade|snat|dnat|redirect|tproxy|vmap|MASQUERADE|SNAT|DNAT|REDIRECT|REJECT)\b/;

/** The deciding statement comes last in a rule, so the words before it (`ct status dnat`) do not count. */
function verdictOf(rule: string): string | null {
  // Names in quotes may be any word, but `xt target "MASQUERADE"` is how nft shows what it cannot translate.
  const bare = rule.replace(/ comment ".*"$/, '').replace(/(?<!xt target )"[^"]*"/g, '""');
  let found: string | null = null;
  let rest = bare;
  for (let match = verdicts.exec(rest); match?.[1]; match = verdicts.exec(rest)) {
    found = match[1].toLowerCase();
    // What follows is the name of a chain.
    if (found === 'jump' || found === 'goto') break;
    rest = rest.slice(match.index + match[1].length);
    if (found === 'vmap') break;
  }
  return found;
}
