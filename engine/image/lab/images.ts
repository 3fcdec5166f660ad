/**
 * The images of a lab, in `/usr/share/images` of every Machine. They are called as people know them; what is in them is
 * Debian's, and the labels say so.
 */
import { busyboxFiles, linkedBusyboxFiles } from './busybox';
import { debianFiles } from './debian';
import { type LabFile, type LabImage, text } from './spec';

const path = 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const busybox: LabImage = {
  name: 'busybox:1.36',
  files: busyboxFiles,
  createdBy: 'COPY busybox-static of Debian 12 /bin',
  execution: {
    Cmd: ['sh'],
    Env: [path],
    Labels: { 'lab.underlay.from': 'busybox-static of Debian 12' },
  },
};

/** Runs in the foreground, and ends when it is told to: as the first process of a container it has no default for SIGTERM. */
const helloScript = `#!/bin/sh
echo "hello $VERSION on port $PORT"
trap 'kill $!; exit 0' TERM INT
/bin/httpd -f -p "$PORT" -h /srv/www &
wait
`;

const hello = (version: string): LabImage => ({
  name: `hello:${version}`,
  base: busybox.name,
  files: [
    text('srv/hello', helloScript, 0o755),
    text('srv/www/index.html', `hello ${version}\n`),
    text('srv/www/healthz', 'ok\n'),
  ],
  createdBy: `COPY hello ${version} /srv`,
  execution: {
    Entrypoint: ['/srv/hello'],
    Cmd: [],
    Env: [path, `VERSION=${version}`, 'PORT=8080'],
    WorkingDir: '/srv',
    ExposedPorts: { '8080/tcp': {} },
    Labels: { 'lab.underlay.from': 'this lab', version },
  },
});

const pauseScript = `#!/bin/sh
trap 'exit 0' TERM INT
while :; do
  sleep 3600 &
  wait $!
done
`;

const pause: LabImage = {
  name: 'pause:3.9',
  base: busybox.name,
  files: [text('pause', pauseScript, 0o755)],
  createdBy: 'COPY pause /',
  execution: { Entrypoint: ['/pause'], Cmd: [], Env: [path], Labels: { 'lab.underlay.from': 'this lab' } },
};

const debian: LabImage = {
  name: 'debian:12-slim',
  files: debianFiles,
  createdBy: 'COPY base-files, bash, coreutils, dash, findutils, grep, gzip, hostname, sed and tar of Debian 12 /',
  execution: {
    Cmd: ['bash'],
    Env: [path],
    Labels: { 'lab.underlay.from': 'packages of Debian 12, not all that are essential' },
  },
};

const alpineRelease: readonly LabFile[] = [
  text(
    'etc/os-release',
    'NAME="BusyBox of Debian 12, laid out as Alpine Linux is"\nID=underlay-alpine\nPRETTY_NAME="not Alpine: BusyBox of Debian 12, for labs"\n',
  ),
];

const alpine: LabImage = {
  name: 'alpine:3.20',
  files: [...linkedBusyboxFiles, ...alpineRelease],
  createdBy: 'COPY busybox-static of Debian 12 /',
  execution: { Cmd: ['/bin/sh'], Env: [path], Labels: { 'lab.underlay.from': 'busybox-static of Debian 12' } },
};

/** A base stands before what lies on it. */
export const labImages: readonly LabImage[] = [busybox, hello('v1'), hello('v2'), hello('v3'), pause, debian, alpine];
