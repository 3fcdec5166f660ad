/** Tools on text: grep, sed, awk, find and their like; the small Python and Perl. */
import type { InstalledProgram } from '../lib/install';
import { loadedLater } from '../lib/loaded-later';
import * as python from '../python';

const filters = loadedLater(
  'text',
  [
    'mawk',
    'cmp',
    'colrm',
    'column',
    'diff',
    'file',
    'find',
    'grep',
    'hexdump',
    'look',
    'rev',
    'sed',
    'tree',
    'xargs',
    'xxd',
  ],
  () => import('./filters'),
);
const screen = loadedLater('screen', ['less', 'man', 'whatis', 'more', 'nano', 'vim.tiny'], () => import('./screen'));
const languages = loadedLater('languages', ['bc', 'jq', 'perl'], () => import('./languages'));

export const programs = { ...filters.programs, ...screen.programs, ...languages.programs, ...python.programs };
export const parts = [filters.part, screen.part, languages.part, ...python.parts];

export const files: InstalledProgram[] = [
  {
    path: '/usr/bin/mawk',
    program: 'mawk',
    size: 158_376,
    links: [
      ['/etc/alternatives/awk', '/usr/bin/mawk'],
      ['/usr/bin/awk', '/etc/alternatives/awk'],
      ['/usr/bin/nawk', '/etc/alternatives/nawk'],
      ['/etc/alternatives/nawk', '/usr/bin/mawk'],
    ],
  },
  { path: '/usr/bin/bc', program: 'bc', size: 96_968 },
  { path: '/usr/bin/cmp', program: 'cmp', size: 52_176 },
  { path: '/usr/bin/diff', program: 'diff', size: 155_216 },
  { path: '/usr/bin/find', program: 'find', size: 224_848 },
  { path: '/usr/bin/grep', program: 'grep', size: 203_152 },
  { path: '/usr/bin/egrep', program: 'grep', size: 41 },
  { path: '/usr/bin/fgrep', program: 'grep', size: 41 },
  {
    path: '/usr/bin/less',
    program: 'less',
    size: 198_960,
    links: [
      ['/usr/bin/pager', '/etc/alternatives/pager'],
      ['/etc/alternatives/pager', '/usr/bin/less'],
    ],
  },
  { path: '/usr/bin/jq', program: 'jq', size: 30_800 },
  { path: '/usr/bin/more', program: 'more', size: 59_712 },
  { path: '/usr/bin/sed', program: 'sed', size: 126_424 },
  { path: '/usr/bin/tree', program: 'tree', size: 81_592 },
  { path: '/usr/bin/colrm', program: 'colrm', size: 31_040 },
  { path: '/usr/bin/column', program: 'column', size: 55_616 },
  { path: '/usr/bin/file', program: 'file', size: 27_120 },
  { path: '/usr/bin/hexdump', program: 'hexdump', size: 59_720, links: [['/usr/bin/hd', 'hexdump']] },
  { path: '/usr/bin/look', program: 'look', size: 18_752 },
  { path: '/usr/bin/man', program: 'man', size: 124_272 },
  { path: '/usr/bin/whatis', program: 'whatis', size: 52_520, links: [['/usr/bin/apropos', 'whatis']] },
  {
    path: '/usr/bin/nano',
    program: 'nano',
    size: 287_480,
    links: [
      ['/usr/bin/editor', '/etc/alternatives/editor'],
      ['/etc/alternatives/editor', '/bin/nano'],
    ],
  },
  { path: '/usr/bin/rev', program: 'rev', size: 14_648 },
  {
    path: '/usr/bin/vim.tiny',
    program: 'vim.tiny',
    size: 1_629_584,
    links: [
      ['/usr/bin/vi', '/etc/alternatives/vi'],
      ['/etc/alternatives/vi', '/usr/bin/vim.tiny'],
      ['/usr/bin/view', '/etc/alternatives/view'],
      ['/etc/alternatives/view', '/usr/bin/vim.tiny'],
    ],
  },
  { path: '/usr/bin/xxd', program: 'xxd', size: 18_648 },
  { path: '/usr/bin/xargs', program: 'xargs', size: 72_136 },
  ...python.files,
  { path: '/usr/bin/perl', program: 'perl', size: 3_808_560 },
];
