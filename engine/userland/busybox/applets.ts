/** What BusyBox 1.35 of Debian calls its functions. Those that some package here has are there. */
export const debianApplets: ReadonlySet<string> = new Set(
  `
    [ [[ acpid adjtimex ar arch arp arping ascii ash awk base64 basename bc blkdiscard blockdev brctl bunzip2
    busybox bzcat bzip2 cal cat chgrp chmod chown chroot chvt clear cmp cp cpio crc32 crond crontab cttyhack cut
    date dc dd deallocvt depmod devmem df diff dirname dmesg dnsdomainname dos2unix dpkg dpkg-deb du dumpkmap
    dumpleases echo ed egrep env expand expr factor fallocate false fatattr fdisk fgrep find findfs fold free
    freeramdisk fsfreeze fstrim ftpget ftpput getopt getty grep groups gunzip gzip halt head hexdump hostid hostname
    httpd hwclock i2cdetect i2cdump i2cget i2cset i2ctransfer id ifconfig ifdown ifup init insmod ionice ip ipcalc
    ipneigh kill killall klogd last less link linux32 linux64 linuxrc ln loadfont loadkmap logger login logname
    logread losetup ls lsmod lsscsi lzcat lzma lzop md5sum mdev microcom mim mkdir mkdosfs mke2fs mkfifo mknod
    mkpasswd mkswap mktemp modinfo modprobe more mount mt mv nameif nc netstat nl nologin nproc nsenter nslookup
    nuke od openvt partprobe passwd paste patch pidof ping ping6 pivot_root poweroff printf ps pwd rdate readlink
    realpath reboot renice reset resume rev rm rmdir rmmod route rpm rpm2cpio run-init run-parts sed seq setkeycodes
    setpriv setsid sh sha1sum sha256sum sha3sum sha512sum shred shuf sleep sort ssl_client start-stop-daemon stat
    strings stty su sulogin svc svok swapoff swapon switch_root sync sysctl syslogd tac tail tar taskset tc tee
    telnet telnetd test tftp time timeout top touch tr traceroute traceroute6 true truncate ts tty tunctl ubirename
    udhcpc udhcpd uevent umount uname uncompress unexpand uniq unix2dos unlink unlzma unshare unxz unzip uptime
    usleep uudecode uuencode vconfig vi w watch watchdog wc wget which who whoami xargs xxd xz xzcat yes zcat
  `
    .trim()
    .split(/\s+/),
);

const words = (text: string) => text.trim().split(/\s+/);

/** Where it would install a link for an applet; those not named are in /usr/bin. */
const places: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '/bin': words(`
    arch ash base64 busybox cat chgrp chmod chown cp cpio cttyhack date dd df dmesg dnsdomainname dumpkmap echo ed
    egrep false fatattr fgrep getopt grep gunzip gzip hostname ionice ipcalc kill link linux32 linux64 ln login ls
    lzop mkdir mknod mktemp more mount mt mv netstat nuke pidof ping ping6 ps pwd readlink resume rev rm rmdir rpm
    run-parts sed setpriv sh sleep stat stty su sync tar touch true umount uname uncompress usleep vi watch zcat
    `),
    '/sbin': words(`
    acpid adjtimex arp blockdev depmod devmem fdisk findfs freeramdisk fstrim getty halt hwclock ifconfig ifdown
    ifup init insmod ip ipneigh klogd loadkmap logread losetup lsmod mdev mkdosfs mke2fs mkswap modinfo modprobe
    nameif pivot_root poweroff reboot rmmod route run-init start-stop-daemon sulogin swapoff swapon switch_root
    sysctl syslogd tc tunctl udhcpc uevent vconfig watchdog
    `),
    '/usr/sbin': words(`
    arping brctl chroot crond fsfreeze httpd i2cdetect i2cdump i2cget i2cset i2ctransfer loadfont mim nologin
    partprobe rdate telnetd ubirename udhcpd
    `),
  }).flatMap(([directory, names]) => names.map((name): [string, string] => [name, `${directory}/${name}`])),
);

export function placeOf(applet: string): string {
  return places.get(applet) ?? `/usr/bin/${applet}`;
}

/** Those its shell does not run in its own process, but by executing /proc/self/exe: without /proc they are not found. */
export const executedAnew: ReadonlySet<string> = new Set(
  words(`
    base64 bc cat cmp diff dmesg du egrep expand factor fallocate fgrep grep last mount nc nl nsenter od pidof ping ping6
    rev sed setpriv setsid shred tail tc tee timeout tr unexpand uniq unshare wc logger su nologin sleep less more vi top
    watch httpd passwd login swapon switch_root yes
  `),
);
