import { describe, expect, it } from 'vitest';
import * as abi from '../../abi';
import { readText } from '../../testing/boot';
import { bootPseudoLab, errnoNow, errnoOf, writeText } from '../../testing/pseudo-lab';

describe('proc', () => {
  it('tells who a process is', () => {
    const status = bootPseudoLab().run((sys) => readText(sys, '/proc/self/status'));
    const names = status.split('\n').map((line) => line.split(':')[0]);
    expect(names).toEqual([
      'Name',
      'Umask',
      'State',
      'Tgid',
      'Ngid',
      'Pid',
      'PPid',
      'TracerPid',
      'Uid',
      'Gid',
      'FDSize',
      'Groups',
      'NStgid',
      'NSpid',
      'NSpgid',
      'NSsid',
      'Kthread',
      'VmPeak',
      'VmSize',
      'VmLck',
      'VmPin',
      'VmHWM',
      'VmRSS',
      'RssAnon',
      'RssFile',
      'RssShmem',
      'VmData',
      'VmStk',
      'VmExe',
      'VmLib',
      'VmPTE',
      'VmSwap',
      'HugetlbPages',
      'CoreDumping',
      'THP_enabled',
      'untag_mask',
      'Threads',
      'SigQ',
      'SigPnd',
      'ShdPnd',
      'SigBlk',
      'SigIgn',
      'SigCgt',
      'CapInh',
      'CapPrm',
      'CapEff',
      'CapBnd',
      'CapAmb',
      'NoNewPrivs',
      'Seccomp',
      'Seccomp_filters',
      'Speculation_Store_Bypass',
      'SpeculationIndirectBranch',
      'Cpus_allowed',
      'Cpus_allowed_list',
      'Mems_allowed',
      'Mems_allowed_list',
      'voluntary_ctxt_switches',
      'nonvoluntary_ctxt_switches',
      '',
    ]);
    expect(status).toContain('Umask:\t0022\nState:\tR (running)\nTgid:\t2\n');
    expect(status).toContain('Uid:\t0\t0\t0\t0\n');
  });
  it('has 52 fields in stat', () => {
    const stat = bootPseudoLab().run((sys) => readText(sys, '/proc/self/stat'));
    expect(stat.trimEnd().split(' ')).toHaveLength(52);
  });
  it('lists descriptors as links', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const { readEnd } = sys.pipe();
      yield* sys.open('/tmp', abi.O_RDONLY);
      const pipe = sys.readlink(`/proc/self/fd/${readEnd}`);
      return [pipe.replace(/\d+/, 'N'), sys.readlink('/proc/self/fd/2'), sys.lstat('/proc/self/fd/1').mode.toString(8)];
    });
    expect(answer).toEqual(['pipe:[N]', '/tmp', '120300']);
  });
  it('leads to namespaces', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const before = sys.readlink('/proc/self/ns/uts');
      sys.unshare(abi.CLONE_NEWUTS);
      const fd = yield* sys.open('/proc/1/ns/uts', abi.O_RDONLY);
      const between = sys.readlink('/proc/self/ns/uts');
      sys.setns(fd, 0);
      return [before, between === before, sys.readlink('/proc/self/ns/uts') === before];
    });
    expect(answer).toEqual(['uts:[4026531838]', false, true]);
  });
  it('writes maps of ids', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      const child = sys.clone(abi.CLONE_NEWUSER, function* (own) {
        yield* own.pause();
        return 0;
      });
      const wrong = yield* errnoOf(() => writeText(sys, `/proc/${child}/uid_map`, '0 0 0'));
      yield* writeText(sys, `/proc/${child}/uid_map`, '0 1000 10\n');
      const again = yield* errnoOf(() => writeText(sys, `/proc/${child}/uid_map`, '0 1000 10\n'));
      return [wrong, again, yield* readText(sys, `/proc/${child}/uid_map`), yield* readText(sys, '/proc/self/uid_map')];
    });
    expect(answer).toEqual([
      'EINVAL',
      'EPERM',
      '         0       1000         10\n',
      '         0          0 4294967295\n',
    ]);
  });
  it('shows settings of the own namespace', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      sys.unshare(abi.CLONE_NEWUTS | abi.CLONE_NEWIPC);
      yield* writeText(sys, '/proc/sys/kernel/hostname', 'box\nmore\n');
      yield* writeText(sys, '/proc/sys/kernel/msgmax', '100\n');
      const bad = yield* errnoOf(() => writeText(sys, '/proc/sys/kernel/msgmax', 'x\n'));
      const readOnly = yield* errnoOf(() => writeText(sys, '/proc/sys/kernel/ostype', 'x\n'));
      const forward = yield* readText(sys, '/proc/sys/net/ipv4/ip_forward');
      return [
        sys.uname().nodename,
        yield* readText(sys, '/proc/sys/kernel/msgmax'),
        bad,
        readOnly,
        forward,
        sys
          .readdir('/proc/sys')
          .map(({ name }) => name)
          .join(' '),
      ];
    });
    expect(answer).toEqual(['box', '100\n', 'EINVAL', 'EACCES', '0\n', '. .. fs kernel net user vm']);
  });
  it('closes what another user may not see', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      sys.setgroups([]);
      sys.setresgid(1000, 1000, 1000);
      sys.setresuid(1000, 1000, 1000);
      return [
        errnoNow(() => {
          sys.readlink('/proc/1/exe');
        }),
        errnoNow(() => {
          sys.readdir('/proc/1/fd');
        }),
        yield* errnoOf(() => readText(sys, '/proc/1/environ')),
        yield* errnoOf(() => readText(sys, '/proc/1/status')),
        yield* errnoOf(() => writeText(sys, '/proc/sys/kernel/hostname', 'x')),
      ];
    });
    expect(answer).toEqual(['EACCES', 'EACCES', 'EACCES', null, 'EACCES']);
  });
  it('hides processes with hidepid', () => {
    const answer = bootPseudoLab().run(function* (sys) {
      sys.mkdir('/tmp/p');
      sys.mount('proc', '/tmp/p', 'proc', 0, 'hidepid=2');
      const line = (yield* readText(sys, '/proc/self/mountinfo')).split('\n').find((one) => one.includes('/tmp/p'));
      sys.setgroups([]);
      sys.setresgid(1000, 1000, 1000);
      sys.setresuid(1000, 1000, 1000);
      const pids = sys
        .readdir('/tmp/p')
        .map(({ name }) => name)
        .filter((name) => /^\d+$/.test(name));
      return [line?.split(' - ')[1], pids, yield* errnoOf(() => readText(sys, '/tmp/p/1/status'))];
    });
    expect(answer).toEqual(['proc proc rw,hidepid=invisible', ['2'], 'ENOENT']);
  });
});
