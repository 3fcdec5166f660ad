/** Command lines. */
import { parseArgs } from 'node:util';

/** The options of `npm start`, or what is wrong with them. */
export function startOptions(args, env) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        port: { type: 'string' },
        dev: { type: 'boolean', default: false },
        setup: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const port = values.port ?? env.PORT ?? '3000';
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65535)
      return { wrong: `"${port}" is not a port number (0 to 65535).` };
    return { ...values, port };
  } catch (error) {
    return { wrong: error.message };
  }
}

/** The options of `npm test`, or what is wrong with them. `names` are the stages there are. */
export function testOptions(args, names) {
  const only = [];
  const rest = [...args];
  while (rest[0]?.startsWith('--')) {
    const [option, inline] = rest.shift().split('=', 2);
    if (option === '--') break;
    if (option === '--help') return { help: true };
    if (option !== '--only') return { wrong: `There is no option ${option}.` };
    only.push(...(inline ?? rest.shift() ?? '').split(','));
  }
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined) return { wrong: `There is no stage "${unknown}".` };
  if (rest.length > 0 && only.length !== 1) return { wrong: `"${rest[0]}" needs one stage that it is meant for.` };
  return { only: only.length > 0 ? only : names, rest };
}
