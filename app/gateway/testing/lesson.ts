import { defineLesson } from '../../../lessons';

/** A lesson to be rough with. */
export const practiceLesson = defineLesson({
  number: '9.9',
  slug: 'practice',
  title: 'Practice',
  goal: 'Be rough with a lab.',
  minutes: 1,
  machines: [{ name: 'lab', hostname: 'lab', setup: 'echo ready > /root/setup' }],
  diagrams: [],
  tasks: [
    {
      id: 'file',
      title: 'Make /root/answer',
      points: 1,
      check: async (lab) => (await lab.files().stat('/root/answer')) !== null,
      hints: [{ id: 'any', text: () => 'touch /root/answer' }],
      solutions: [{ title: 'touch', steps: ['touch /root/answer'] }],
      pitfalls: [],
    },
    {
      id: 'mount',
      title: 'Mount a tmpfs on /mnt',
      points: 1,
      check: (lab) =>
        Object.values(lab.state.mounts).some(({ mountPoint, fsType }) => mountPoint === '/mnt' && fsType === 'tmpfs'),
      hints: [{ id: 'any', text: () => 'mount -t tmpfs none /mnt' }],
      solutions: [{ title: 'mount', steps: ['mount -t tmpfs none /mnt'] }],
      pitfalls: [],
    },
  ],
});
