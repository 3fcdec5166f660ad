/** What a person at the terminal sees of a set-up: one line a step, rewritten in place where it can be. */

/** Starts a step; `note(text)` says what it is doing now, `done(text)` and `fail(text)` end it. */
export function step(title, out = process.stdout) {
  const began = Date.now();
  const live = out.isTTY === true;
  const seconds = () => `${((Date.now() - began) / 1000).toFixed(1)} s`;
  let note = '';
  let ended = false;
  const draw = () => {
    const line = `  ${title} ... ${seconds()}${note ? `  ${note}` : ''}`;
    out.write(`\r\x1b[2K${line.slice(0, (out.columns ?? 80) - 1)}`);
  };
  const timer = live ? setInterval(draw, 200) : undefined;
  timer?.unref();
  if (live) draw();
  else out.write(`  ${title} ...\n`);

  const end = (mark, text) => {
    if (ended) return;
    ended = true;
    clearInterval(timer);
    out.write(`${live ? '\r\x1b[2K' : ''}  ${title}: ${mark}${text ? `, ${text}` : ''} (${seconds()})\n`);
  };
  return {
    note(text) {
      note = text;
      if (!live && !ended) out.write(`    ${text}\n`);
    },
    done: (text = '') => end('done', text),
    fail: (text = '') => end('FAILED', text),
  };
}

/** Prints a paragraph indented below a step. */
export function explain(text, out = process.stdout) {
  out.write(`${text.trim().replace(/^/gm, '    ')}\n`);
}
