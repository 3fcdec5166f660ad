import { defineLesson } from '../define';
import { deletion } from './deletion';
import { firstOverlay } from './first-overlay';
import { imageTasks } from './image';
import { type Names, pickNames } from './kitchen';

export default defineLesson<Names>({
  number: '1.1',
  slug: 'overlayfs',
  title: 'OverlayFS',
  goal: 'Predict which layer a file comes from, and what a write, a delete and a rename do to it.',
  minutes: 35,
  machines: [
    {
      name: 'lab',
      hostname: 'lab',
      // An image of three layers; the contested file is in base and runtime, and in app when app is to win.
      setup: `
        cd /root
        mkdir -p image/base/etc image/base/{{folder}} image/runtime/etc image/app/etc
        echo 'NAME="Little Linux"' > image/base/etc/os-release
        for name in one two three; do echo "$name, from base" > image/base/{{folder}}/$name.txt; done
        echo 'from base' > image/base/etc/{{contested}}
        echo 'from runtime' > image/runtime/etc/{{contested}}
        echo 'an interpreter' > image/runtime/interpreter
        echo 'the program' > image/app/program
        echo 'hello from the app' > image/app/etc/motd
        if [ {{winner}} = app ]; then echo 'from app' > image/app/etc/{{contested}}; fi
      `,
    },
  ],
  diagrams: ['layers', 'mounts'],
  vars: pickNames,
  tasks: [...firstOverlay, ...deletion, ...imageTasks],
});
