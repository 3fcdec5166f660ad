/** Tasks on the bundle as it was delivered: unpacking it, and reading what it is going to do. */
import { answerIn } from '../answers';
import { jsonIn } from '../containers';
import type { Task } from '../define';
import type { LabHandle } from '../lab';
import { type Names, parcel } from './names';

export const unpack: Task<Names> = {
  id: 'unpack',
  title: 'Unpack ~/parcel.tar into a directory of its own, ~/parcel',
  points: 5,
  check: async (lab) =>
    (await jsonIn(lab, `${parcel}/config.json`)) !== undefined &&
    (await lab.files().stat(`${parcel}/rootfs/bin/keeper`))?.kind === 'file',
  hints: [
    {
      id: 'spilled',
      when: async (lab) => (await lab.files().stat('/root/config.json')) !== null,
      text: () =>
        'You unpacked it into your home itself: config.json and rootfs lie there loose. A bundle is a directory with these two in it. mkdir parcel; mv config.json rootfs parcel.',
    },
    {
      id: 'own-directory',
      text: () =>
        'tar -tf parcel.tar lists what is in it: no directory around it. So mkdir parcel first, and let tar change into it: tar -xf parcel.tar -C parcel.',
    },
  ],
  solutions: [
    { title: 'tar -C', steps: ['cd ~; mkdir parcel; tar -xf parcel.tar -C parcel'] },
    { title: 'From inside', steps: ['mkdir ~/parcel; cd ~/parcel; tar -xf ../parcel.tar; cd ~'] },
  ],
  pitfalls: [{ title: 'Unpacked where one stands', steps: ['cd ~; tar -xf parcel.tar'], hint: 'spilled' }],
};

async function words(lab: LabHandle): Promise<string[]> {
  return (await answerIn(lab, '/root/forecast'))?.split(/\s+/) ?? [];
}

export const forecast: Task<Names> = {
  id: 'forecast',
  title:
    'Predict: which host name will the container have, and which program will be its process 1? Write both into ~/forecast, the name first',
  needs: ['unpack'],
  points: 5,
  check: async (lab, { host }) => (await words(lab)).join(' ') === `${host} /bin/keeper`,
  hints: [
    {
      id: 'from-the-files',
      when: async (lab, { decoy }) => (await words(lab)).includes(decoy),
      text: (_, { decoy }) =>
        `${decoy} is in rootfs/etc/hostname, a file that some start-up scripts read. Nobody has to: a runtime takes the name from config.json, as it takes everything else.`,
    },
    {
      id: 'name-first',
      when: async (lab, { host }) => (await words(lab)).includes(host),
      text: () => 'The name is right. Behind it belongs the first word of process.args, as it stands there.',
    },
    {
      id: 'two-fields',
      text: () =>
        'Two fields of parcel/config.json: hostname, and the first entry of process.args. Read them with less, or with jq .hostname parcel/config.json. Two words into ~/forecast.',
    },
  ],
  solutions: [
    { title: 'Read with jq', steps: ["jq -r '.hostname, .process.args[0]' parcel/config.json > forecast"] },
    { title: 'Read with the eye', steps: ['echo {{host}} /bin/keeper > ~/forecast'] },
  ],
  pitfalls: [
    {
      title: 'The name that is in the root filesystem',
      steps: ['echo $(cat parcel/rootfs/etc/hostname) /bin/keeper > ~/forecast'],
      hint: 'from-the-files',
    },
  ],
};
