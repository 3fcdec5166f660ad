/** Commands as text again, the way bash prints them: `declare -f`, `jobs`, `set -x` (print_cmd.c). */
import type * as Ast from 'unbash';
import type { Source } from './source';

type Node = Ast.CommandNode | Ast.Pipeline | Ast.AndOr | Ast.CompoundList;

/** A command outside of a function. */
export function printCommand(node: Node, source: Source): string {
  return new Printer(source, false).command(node);
}

export function printStatement(statement: Ast.Statement, source: Source): string {
  return new Printer(source, false).command(statement.command);
}

/** `name () \n{ ...\n}`, as `declare -f` has it. */
export function printFunction(name: string, body: Ast.Function['body'], source: Source): string {
  return `${name} () \n${new Printer(source, true).functionBody(body)}`;
}

export function printWord(word: Ast.Word | Ast.Assignment): string {
  return word.text;
}

export function printRedirection(redirect: Ast.Redirection): string {
  const descriptor = redirect.descriptor;
  const number =
    descriptor?.type === 'FileDescriptor' ? String(descriptor.value) : descriptor ? `{${descriptor.name}}` : '';
  if (redirect.type === 'HereDoc') return `${number}${redirect.operator}${redirect.delimiter?.text ?? ''}`;
  const target = redirect.target?.text ?? '';
  if (redirect.type === 'HereString') return `${number}<<< ${target}`;
  switch (redirect.operator) {
    case '>&':
      return `${number || (/^[\d-]/.test(target) ? '1' : '')}>&${target}`;
    case '<&':
      return `${number || '0'}<&${target}`;
    default:
      return `${number}${redirect.operator} ${target}`;
  }
}

class Printer {
  #indentation = 0;
  #hereDocuments: Ast.HereDoc[] = [];
  /** After a here-document bash leaves out the next semicolon, whatever it separates. */
  #afterDocument = false;

  constructor(
    private readonly source: Source,
    private readonly inFunction: boolean,
  ) {}

  functionBody(body: Ast.Function['body']): string {
    if (body.type === 'BraceGroup') return this.#functionGroup(body.body.commands);
    if (body.type === 'Redirected' && body.command.type === 'BraceGroup') {
      return `${this.#functionGroup(body.command.body.commands)}${this.#redirects(body.redirects)}`;
    }
    return this.#functionInner(() => this.command(body));
  }

  #functionGroup(statements: readonly Ast.Statement[]): string {
    return this.#functionInner(() => this.#list(statements));
  }

  #functionInner(inner: () => string): string {
    this.#indentation += 4;
    const text = inner();
    this.#indentation -= 4;
    return `{ \n${' '.repeat(this.#indentation + 4)}${text}\n${' '.repeat(this.#indentation)}}`;
  }

  command(node: Node): string {
    switch (node.type) {
      case 'Command':
        return this.#simple(node);
      case 'Pipeline':
        return this.#pipeline(node);
      case 'AndOr':
        return node.commands
          .map((part, i) => (i === 0 ? this.command(part) : ` ${node.operators[i - 1] ?? ''} ${this.command(part)}`))
          .join('');
      case 'CompoundList':
        return this.#list(node.commands);
      case 'Redirected':
        return this.command(node.command) + this.#redirects(node.redirects);
      case 'If':
        return this.#if(node.clause, node.then, node.elif, node.else);
      case 'For':
      case 'Select': {
        const words = node.wordlist === undefined ? '"$@"' : node.wordlist.map(printWord).join(' ');
        const head = `${node.type === 'For' ? 'for' : 'select'} ${node.name.text} in ${words};`;
        return head + this.#newline('do') + this.#block(node.body) + this.#newline('done');
      }
      case 'ArithmeticFor':
        return this.#arithmeticFor(node);
      case 'While':
        return `${node.kind} ${this.#list(node.clause.commands)}; do${this.#block(node.body)}${this.#newline('done')}`;
      case 'Case':
        return this.#case(node);
      case 'Subshell':
        return `( ${this.#list(node.body.commands)} )`;
      case 'BraceGroup':
        return this.inFunction ? this.#functionGroup(node.body.commands) : `{ ${this.#list(node.body.commands)}; }`;
      case 'Function':
        return `function ${node.name.text} () \n${' '.repeat(this.#indentation)}${new Printer(this.source, true).#at(this.#indentation).functionBody(node.body)}`;
      case 'Coproc':
        return `coproc ${node.name ? `${node.name.text} ` : ''}${this.command(node.body)}`;
      case 'TestCommand':
      case 'ArithmeticCommand':
        return this.source.text.slice(node.pos, node.end);
    }
  }

  #at(indentation: number): Printer {
    this.#indentation = indentation;
    return this;
  }

  #simple(node: Ast.Command): string {
    const words: string[] = [];
    for (const part of node.prefix) if (part.type === 'Assignment') words.push(part.text);
    if (node.name) words.push(node.name.text);
    for (const part of node.suffix) if (part.type === 'Word' || part.type === 'Assignment') words.push(part.text);
    const redirects = node.redirects.map((redirect) => this.#redirect(redirect));
    return [...words, ...redirects].join(' ');
  }

  #redirects(redirects: readonly Ast.Redirection[]): string {
    return redirects.map((redirect) => ` ${this.#redirect(redirect)}`).join('');
  }

  #redirect(redirect: Ast.Redirection): string {
    if (redirect.type === 'HereDoc') this.#hereDocuments.push(redirect);
    return printRedirection(redirect);
  }

  #pipeline(node: Ast.Pipeline): string {
    const prefixes = node.prefixes.map((prefix) => {
      if (prefix.type === 'Negation') return '! ';
      return prefix.posix ? 'time -p ' : 'time ';
    });
    const commands = node.commands.map((part, i) => {
      if (i === 0) return this.command(part);
      return node.operators[i - 1] === '|&' ? ` 2>&1 | ${this.command(part)}` : ` | ${this.command(part)}`;
    });
    return prefixes.join('') + commands.join('');
  }

  #list(statements: readonly Ast.Statement[]): string {
    let text = '';
    statements.forEach((statement, i) => {
      text += this.command(statement.command);
      const isLast = i === statements.length - 1;
      if (statement.background) text += isLast ? ' &' : ' & ';
      else {
        const documents = this.#takeHereDocuments();
        text += documents;
        if (isLast) return;
        if (documents !== '') this.#afterDocument = true;
        else if (this.#afterDocument) this.#afterDocument = false;
        else text += ';';
        text += this.inFunction ? this.#newline('') : ' ';
      }
    });
    return text;
  }

  #takeHereDocuments(): string {
    const documents = this.#hereDocuments;
    this.#hereDocuments = [];
    return documents.map((document) => `\n${document.body.text}${document.delimiter?.value ?? ''}\n`).join('');
  }

  #newline(text: string): string {
    return `\n${' '.repeat(this.#indentation)}${text}`;
  }

  #block(list: Ast.CompoundList): string {
    this.#indentation += 4;
    const start = this.#newline('');
    const text = this.#list(list.commands);
    this.#indentation -= 4;
    return start + text + (text.endsWith('&') ? '' : ';');
  }

  #if(
    clause: Ast.CompoundList,
    then: Ast.CompoundList,
    elifs: readonly Ast.Elif[],
    otherwise: Ast.CompoundList | undefined,
  ): string {
    let text = `if ${this.#list(clause.commands)}; then${this.#block(then)}`;
    const [first, ...rest] = elifs;
    if (first) {
      this.#indentation += 4;
      const nested = this.#newline('') + this.#if(first.clause, first.then, rest, otherwise);
      this.#indentation -= 4;
      text += `${this.#newline('else')}${nested};`;
    } else if (otherwise) text += this.#newline('else') + this.#block(otherwise);
    return text + this.#newline('fi');
  }

  #arithmeticFor(node: Ast.ArithmeticFor): string {
    const header = arithmeticHeader(node, this.source);
    return `for ((${header.map((part) => part.trim()).join('; ')}))${this.#newline('do')}${this.#block(node.body)}${this.#newline('done')}`;
  }

  #case(node: Ast.Case): string {
    let text = `case ${node.word.text} in `;
    this.#indentation += 4;
    for (const item of node.items) {
      text += `${this.#newline('')}${item.pattern.map(printWord).join(' | ')})`;
      this.#indentation += 4;
      text += this.#newline('') + this.#list(item.body.commands);
      this.#indentation -= 4;
      text += this.#newline(item.terminator ?? ';;');
    }
    this.#indentation -= 4;
    return text + this.#newline('esac');
  }
}

/** The three expressions of `for ((a; b; c))` as they were written. */
export function arithmeticHeader(node: Ast.ArithmeticFor, source: Source): [string, string, string] {
  const { text } = source;
  const start = text.indexOf('((', node.pos) + 2;
  const parts: string[] = [];
  let depth = 0;
  let from = start;
  let at = start;
  for (; at < text.length; at++) {
    const char = text[at];
    if (char === '(') depth++;
    else if (char === ')' && depth-- === 0) break;
    else if (char === ';' && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from, at));
  const [initialize = '', test = '', update = ''] = parts;
  return [initialize, test, update];
}
