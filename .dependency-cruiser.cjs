/**
 * The house: which room may import which (the table in ARCHITECTURE.md), and through which door.
 * A room is a folder; `engine` has one per subject. Imports only ever point down the list.
 */
const above = ['engine/programs', 'engine/runtime', 'engine/cni', 'engine/image', 'engine/archive', 'engine/kernel'];
const rooms = {
  e2e: [],
  bin: ['app', 'content', 'lessons', 'sandbox', 'engine/observe', ...above, 'engine/userland', 'engine/state'],
  bench: ['app', 'content', 'lessons', 'sandbox', 'engine/observe', ...above, 'engine/userland', 'engine/state'],
  app: ['lessons', 'sandbox', 'content', 'engine/state'],
  content: [],
  sandbox: [
    'lessons',
    'engine/kube',
    'engine/docker',
    'engine/observe',
    'engine/programs',
    'engine/cni',
    'engine/runtime',
    'engine/image',
    'engine/userland',
    'engine/archive',
    'engine/kernel',
    'engine/state',
  ],
  lessons: ['engine/state'],
  'engine/programs': ['engine/cni', 'engine/runtime', 'engine/image', 'engine/userland', 'engine/kernel'],
  'engine/kube': above,
  'engine/docker': above,
  'engine/observe': ['engine/runtime', 'engine/kernel', 'engine/state'],
  'engine/cni': ['engine/kernel'],
  'engine/runtime': ['engine/kernel'],
  'engine/image': ['engine/archive', 'engine/kernel'],
  'engine/userland': ['engine/archive', 'engine/kernel'],
  'engine/archive': ['engine/kernel'],
  'engine/kernel': ['engine/state'],
  'engine/state': [],
};

/** Doors besides a room's `index.ts`, each with its reason. */
const extraDoors = [
  // The real kernel is a door of its own, so that no browser bundle meets koffi.
  '^engine/kernel/(linux|sim)/index\\.ts$',
  // The userland and the engine programs of a simulated Machine: nothing of it is needed on the real kernel.
  '^engine/programs/simulated/index\\.ts$',
  // What touches Node, so that no browser bundle meets it.
  '^engine/(cni|image|runtime)/host/index\\.ts$',
  // How a container's status follows from its signs, without the runtime behind it: every lab in a tab has that.
  '^engine/runtime/state/status\\.ts$',
  // Schemas as values bring zod; the door of engine/state itself has types only, for the page.
  '^engine/state/parse\\.ts$',
  '^engine/state/masked-state\\.ts$',
  // The page takes the wire's types and the client without the sandbox behind them.
  '^sandbox/(protocol|client/index|browser/index|browser/worker|lesson-files|differential/index)\\.ts$',
  // A simulated machine for the tests of the programs that run in it, and namespaces of the real kernel for those of CNI.
  '^engine/kernel/sim/testing/boot\\.ts$',
  '^engine/kernel/linux/testing/network-namespaces\\.ts$',
  // The page's end of the wire, for the pages of benches: the gateway's index is the server's end.
  '^app/gateway/dial(-node)?\\.ts$',
];

const names = Object.keys(rooms);
const anyRoom = `^(${names.join('|')})/`;

const directions = names.map((room) => ({
  name: `imports-of-${room.replace('/', '-')}`,
  comment: `${room} may import ${rooms[room].join(', ') || 'no other room'}. Move the code down, or turn the dependency round.`,
  severity: 'error',
  from: { path: `^${room}/` },
  to: { path: anyRoom, pathNot: [room, ...rooms[room]].map((name) => `^${name}/`) },
}));

module.exports = {
  forbidden: [
    ...directions,
    {
      name: 'doors',
      comment: "Import the other room's index.ts (or export what you need from it), never a file behind it.",
      severity: 'error',
      from: { path: anyRoom },
      to: { path: anyRoom, pathNot: ['^$1/', `^(${names.join('|')})/index\\.tsx?$`, ...extraDoors] },
    },
    {
      name: 'no-cycles',
      comment: 'Put what both need into a third file.',
      severity: 'error',
      from: {},
      // A part that is loaded later may well load a third one that the first knows, too. And types may know each other:
      // a kernel's objects do (a task its namespaces, a namespace its tasks), and nothing of that is there when it runs.
      to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import', 'type-only'] } },
    },
    {
      name: 'koffi-only-in-the-linux-kernel',
      comment: 'System calls belong to engine/kernel/linux; everything else goes through the Kernel port.',
      severity: 'error',
      from: { pathNot: '^engine/kernel/linux/' },
      to: { path: '(^|/)node_modules/koffi/' },
    },
    {
      name: 'node-only-in-host',
      comment: 'These rooms run in a browser as well: what needs Node belongs to the host/ of the room, behind a port.',
      severity: 'error',
      from: {
        path: '^engine/(archive|image|runtime|cni|programs)/',
        pathNot: '\\.test\\.ts$|/(testing|host)/',
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'resolvable',
      comment: 'The file or package does not exist.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-development-package-in-production',
      comment: 'It is not there after "npm ci --omit=dev": move it to dependencies.',
      severity: 'error',
      from: {
        path: '^(app|content|sandbox|lessons|engine)/',
        pathNot: '\\.test\\.tsx?$|/testing/|^sandbox/differential/',
      },
      to: { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(\\.next|\\.underlay|test-results)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.mts', '.mjs', '.js', '.cjs', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
