/** Programs that are loaded when they are first executed: none is forgotten, and none is looked for in vain. */
import { expect, test } from 'vitest';
import type { Program } from '../kernel/sim';
import { program } from '.';
import { programs as rare } from './coreutils/rare';
import { programs as iproute2 } from './iproute2/programs';
import { programs as libcap } from './libcap/programs';
import { programs as misc } from './misc/rare';
import { programs as net } from './net/programs';
import { programs as nftables } from './nftables/programs';
import { programs as procps } from './procps/programs';
import { programs as psmisc } from './psmisc/programs';
import { programs as python } from './python/programs';
import { programs as filters } from './text/filters';
import { programs as languages } from './text/languages';
import { programs as screen } from './text/screen';
import { programs as utilLinux } from './util-linux/rare';

const modules = {
  rare,
  iproute2,
  libcap,
  misc,
  net,
  nftables,
  procps,
  psmisc,
  python,
  filters,
  languages,
  screen,
  utilLinux,
};

test.each(Object.entries(modules))('all programs of %s are known by name', (_, programs: Record<string, Program>) => {
  // BusyBox alone has its web server.
  const unknown = Object.keys(programs).filter((name) => !program(name));
  expect(unknown.filter((name) => name !== 'httpd')).toEqual([]);
});
