/** gzip and tar: what they write, to the byte, and what they refuse. */
import type { Scenario } from '../scenario';

const set =
  "mkdir -p s/d; echo hello > s/a; echo world > s/d/b; ln s/a s/h; ln -s a s/l; mkfifo s/p; mknod s/c c 1 3; chmod 4755 s/a; chown 1000:1000 s/d/b; touch -h -d '2024-01-02 03:04:05' s/l s/a s/d/b s/p s/c s/d s; ";
const one = (name: string, script: string): Scenario => ({ name, script: `mkdir /tmp/w; cd /tmp/w; ${script}` });

/** `/abs/x`, `../up`, `a/../../up2`, `lnk` to /tmp, `lnk/through`, hard links to /etc/hostname and to nowhere. */
const evil =
  'H4sIAAAAAAACA+3XTQqDMBAF4Kx7Ck/gJDGa86QlNFD/0Eg9fqOr0i5KF1NCfd8mIsIIw3soufNMq2Alk8aY/Uxez0Q/XW/3G1tXopDiB5Y5uimNFMe0ngQcWFnSMors8l8ri/wj/8DNUWqAvQR0Rvm3ujLIP/IP3Nr+xj7jc/7lW/7T44Wm2I3IP/f+KYZpWK4hn/5XUmn0P/of2IWWf8bX/a/SD2AlCkU+XigMc+xd55F/nv3r/PYvrd2+/1U/3IOfPOvLHXz/AAAAAAAAAADw3x40Bg/4ACgAAA==';

export const archives: readonly Scenario[] = [
  one(
    'gzip of a file',
    "seq 1 1000 > a; touch -d '2024-01-02 03:04:05' a; chmod 640 a; gzip -kv a; sha256sum a.gz; gzip -l a.gz; gzip -lv a.gz; gzip -9nc a | sha256sum; gzip -1 < a | sha256sum; rm a; gunzip -v a.gz; ls -l --time-style=+%s a; gzip a; zcat a.gz | tail -n 1; gzip -t a.gz; echo $?; gzip a.gz; echo $?; gzip -d a.gz; ls; mkdir d; gzip d; echo $?; gzip -d a; echo $?; gzip nope; echo $?; gzip -d nope; echo $?; ln a b; gzip a; echo $?",
  ),
  one(
    'gzip of damaged data',
    'seq 1000 > c; gzip -k c; head -c 100 c.gz | gzip -d | head -n 1; echo hi | zcat; echo $?; (cat c.gz; echo junk) | gzip -d | tail -n 1; (cat c.gz; head -c 100 /dev/zero) | gzip -d | wc -l; cat c.gz c.gz | zcat | wc -l; n=$(stat -c %s c.gz); for at in 8 4; do cp c.gz e.gz; printf "\\0\\0\\0\\0" | dd of=e.gz bs=1 seek=$((n - at)) conv=notrunc 2> /dev/null; gzip -t e.gz; echo $?; done; printf "" | gzip -d; echo $?; gzip c < /dev/null; echo $?; gzip -Z; echo $?; gzip --nope; echo $?; seq 3 | zcat -f; gzip -c c > /dev/full; echo $?',
  ),
  one(
    'tar: the same bytes',
    `${set}for f in gnu ustar; do tar --format=$f --sort=name -cf $f.tar s; sha256sum $f.tar; done; tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf r.tar s; sha256sum r.tar; tar --sort=name --format=pax --mtime=@0.5 -c s | tar -tv --full-time; tar -C s -cz . | gzip -l | tail -n 1 | awk '{print $2}'; n=$(printf 'x%.0s' {1..120}); mkdir s2; echo 1 > s2/$n; ln -s $n s2/l; touch -h -d @0 s2/* s2; tar --sort=name -cf z.tar s2; sha256sum z.tar; tar tvf z.tar; tar --format=ustar -cf z.tar s2; echo $?`,
  ),
  one(
    'tar: lists',
    `${set}tar cf s.tar s; tar tf s.tar; tar tvf s.tar; tar --numeric-owner -tvf s.tar; tar czf s.tgz s; tar tzf s.tgz | wc -l; tar tf s.tgz s/d; cat s.tgz | tar t; echo $?; tar cf - s | tar t | head -n 2; tar cvvf x.tar --exclude=d s; tar cf x.tar --exclude '*/b' -C s d . ; tar tf x.tar; tar -tf s.tar 's/*'; echo $?; tar -tf s.tar --wildcards '*/b'; tar cvf - s/a 2>&1 > /dev/null; cd s; tar cf ../y.tar .; tar tf ../y.tar d/b; echo $?; tar tf ../y.tar ./d`,
  ),
  one(
    'tar: extracts',
    `${set}tar cf s.tar s; mkdir o p; tar xvf s.tar -C o; ls -lRn --time-style=+%s o; tar xf s.tar -C p --strip-components=1; ls p; tar xOf s.tar s/d/b; tar xf s.tar s/nope; echo $?; echo new > s/d/b; tar xkf s.tar; echo $?; tar xf s.tar --skip-old-files; cat s/d/b; tar xf s.tar; cat s/d/b; rm s/a s/h; mkdir -p s/h/x; tar xf s.tar; echo $?; tar xf s.tar --recursive-unlink; stat -c '%h %a' s/h; chmod 755 .; cp s.tar /tmp/t.tar; su learner -c 'mkdir /tmp/l; cd /tmp/l; umask 027; tar xf /tmp/t.tar; echo $?; ls -ln s | tail -n +2 | cut -c 1-20; rm -r /tmp/l'`,
  ),
  one(
    'tar: members that lead out',
    `base64 -d <<< ${evil} | gunzip > evil.tar; tar tvf evil.tar; mkdir e; tar xvf evil.tar -C e; echo $?; find e | sort; readlink e/lnk; ls /tmp/through; mkdir f; tar xPf evil.tar -C f; echo $?; ls -d /abs up up2; rm -r /abs`,
  ),
  one(
    'tar: mistakes',
    `tar; echo $?; tar cf; echo $?; tar cf x.tar; echo $?; tar xtf x; echo $?; tar --nope; echo $?; tar -Y; echo $?; tar tf nope.tar; echo $?; tar tzf nope.tgz; echo $?; tar cf x.tar nope; echo $?; tar cf /nodir/x.tar /etc/hostname; echo $?; tar cf . /etc/hostname; echo $?; tar -cf x.tar /etc/hostname; tar tf x.tar; tar -C nope -xf x.tar; echo $?; echo junk > j; tar tf j; echo $?; : > j; tar tf j; echo $?; head -c 10240 /dev/zero > j; tar tf j; echo $?; head -c 600 x.tar > j; tar tf j; echo $?; seq 1 9999 > big; tar cf big.tar big; head -c 4000 big.tar | tar t; echo $?; tar cjf x.tbz j; echo $?; tar cf x.tar x.tar j; tar tf x.tar`,
  ),
];
