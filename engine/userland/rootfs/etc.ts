/** Text files of a Machine that Debian would bring; ours are in `machine-files.json`. */
import { group, gshadow, passwd, shadow, shadowGid } from './accounts';

export interface TextFile {
  path: string;
  text: string;
  mode?: number;
  gid?: number;
}

const osRelease = `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
`;

/** What a login shell reads first: where programs are, then the interactive settings, then the parts in profile.d. */
const profile = `# Read by login shells of every user.
PATH=/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games
[ "$(id -u)" -ne 0 ] || PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH

if [ -n "\${PS1-}" ]; then
  if [ -n "\${BASH-}" ] && [ "$BASH" != /bin/sh ]; then
    [ ! -f /etc/bash.bashrc ] || . /etc/bash.bashrc
  elif [ "$(id -u)" -eq 0 ]; then
    PS1='# '
  else
    PS1='$ '
  fi
fi

for part in /etc/profile.d/*.sh; do
  [ ! -r "$part" ] || . "$part"
done
unset part
`;

const services = [
  ['ftp', '21/tcp'],
  ['ssh', '22/tcp'],
  ['telnet', '23/tcp'],
  ['smtp', '25/tcp'],
  ['domain', '53/tcp'],
  ['domain', '53/udp'],
  ['bootps', '67/udp'],
  ['bootpc', '68/udp'],
  ['tftp', '69/udp'],
  ['http', '80/tcp'],
  ['pop3', '110/tcp'],
  ['ntp', '123/udp'],
  ['imap2', '143/tcp'],
  ['snmp', '161/udp'],
  ['https', '443/tcp'],
  ['https', '443/udp'],
  ['syslog', '514/udp'],
  ['mysql', '3306/tcp'],
  ['postgresql', '5432/tcp'],
  ['redis', '6379/tcp'],
  ['http-alt', '8080/tcp'],
  ['http-alt', '8080/udp'],
];

const protocols = [
  ['ip', '0', 'IP'],
  ['icmp', '1', 'ICMP'],
  ['igmp', '2', 'IGMP'],
  ['tcp', '6', 'TCP'],
  ['udp', '17', 'UDP'],
  ['ipv6', '41', 'IPv6'],
  ['gre', '47', 'GRE'],
  ['esp', '50', 'IPSEC-ESP'],
  ['ipv6-icmp', '58', 'IPv6-ICMP'],
  ['sctp', '132', 'SCTP'],
];

/** gzip's own scripts: each is gzip with an option. */
const gunzip = (name: string, option: string, purpose: string) => `#!/bin/sh
# ${purpose}
case $1 in
--help)
  printf 'Usage: %s [OPTION]... [FILE]...\\n${purpose}\\n' "$0"
  exit ;;
--version)
  printf '${name} (gzip) 1.12\\n'
  exit ;;
esac
exec gzip -${option} "$@"
`;

export const textFiles: readonly TextFile[] = [
  { path: '/usr/lib/os-release', text: osRelease },
  { path: '/usr/bin/gunzip', text: gunzip('gunzip', 'd', 'Unpacks FILEs, in place.'), mode: 0o755 },
  { path: '/usr/bin/zcat', text: gunzip('zcat', 'cd', 'Unpacks FILEs to standard output.'), mode: 0o755 },
  { path: '/etc/debian_version', text: '12.15\n' },
  { path: '/etc/passwd', text: passwd() },
  { path: '/etc/group', text: group() },
  { path: '/etc/shadow', text: shadow(), mode: 0o640, gid: shadowGid },
  { path: '/etc/gshadow', text: gshadow(), mode: 0o640, gid: shadowGid },
  { path: '/etc/profile', text: profile },
  { path: '/etc/environment', text: '' },
  { path: '/etc/host.conf', text: 'multi on\n' },
  { path: '/etc/networks', text: 'default\t\t0.0.0.0\nloopback\t127.0.0.0\nlink-local\t169.254.0.0\n' },
  { path: '/etc/nsswitch.conf', text: 'passwd: files\ngroup: files\nhosts: files myhostname\nservices: files\n' },
  { path: '/etc/shells', text: ['/bin/sh', '/bin/bash', '/usr/bin/sh', '/usr/bin/bash', ''].join('\n') },
  { path: '/etc/services', text: services.map(([name, port]) => `${name}\t\t${port}\n`).join('') },
  { path: '/etc/protocols', text: protocols.map((fields) => `${fields.join('\t')}\n`).join('') },
  { path: '/etc/login.defs', text: 'UID_MIN 1000\nUID_MAX 60000\nGID_MIN 1000\nGID_MAX 60000\nUMASK 022\n' },
  { path: '/etc/sysctl.conf', text: '# Settings of the kernel, read by sysctl -p. Nothing is set here.\n' },
  {
    path: '/etc/sudoers',
    text: [
      'Defaults env_reset',
      'Defaults mail_badpass',
      'Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"',
      'Defaults use_pty',
      'root ALL=(ALL:ALL) ALL',
      '%sudo ALL=(ALL:ALL) ALL',
      '@includedir /etc/sudoers.d',
      '',
    ].join('\n'),
    mode: 0o440,
  },
];
