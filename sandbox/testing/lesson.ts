import { defineLesson } from '../../lessons';

/** A lesson for tests: one task about a file, one about the state, one that only has to happen once. */
export const testLesson = defineLesson({
  number: '9.9',
  slug: 'test',
  title: 'A test',
  goal: 'Test the lab.',
  minutes: 1,
  machines: [{ name: 'lab', hostname: 'lab', setup: 'touch /{{name}}' }, { name: 'internet' }],
  diagrams: [],
  vars: (pick) => ({ name: pick.of(['alpha', 'beta']) }),
  tasks: [
    {
      id: 'file',
      title: 'Write {{name}} into /answer',
      points: 1,
      check: async (lab, vars) => (await lab.files().text('/answer')) === vars.name,
      hints: [
        {
          id: 'wrong',
          when: async (lab) => (await lab.files().stat('/answer')) !== null,
          text: () => 'It says something else.',
        },
        { id: 'missing', text: (_, vars) => `There is no /answer that says ${vars.name}.` },
      ],
      solutions: [
        { title: 'echo', steps: ['echo -n {{name}} > /answer', { terminal: 't2', user: 'learner' }, { key: 'C-c' }] },
      ],
      pitfalls: [],
    },
    {
      id: 'device',
      title: 'Make a device',
      needs: ['file'],
      points: 2,
      check: (lab) => Object.values(lab.state.devices).some(({ name }) => name === 'veth0'),
      hints: [{ id: 'any', text: () => 'ip link add' }],
      solutions: [{ title: 'ip', steps: ['ip link add veth0 type veth'] }],
      pitfalls: [],
    },
    {
      id: 'once',
      title: 'Have a port open once',
      kind: 'edge',
      points: 3,
      challenge: true,
      check: (lab) => Object.values(lab.state.sockets).some(({ state }) => state === 'listen'),
      hints: [{ id: 'any', text: () => 'listen' }],
      solutions: [{ title: 'nc', steps: ['nc -l 80'] }],
      pitfalls: [],
    },
  ],
});
