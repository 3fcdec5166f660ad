"""Reads profiles, one JSON document a line, and writes libseccomp's program for each, in hexadecimal, one a line."""

import json
import sys
import tempfile

import seccomp

ACTIONS = {
    'SCMP_ACT_KILL': seccomp.KILL,
    'SCMP_ACT_KILL_THREAD': seccomp.KILL,
    'SCMP_ACT_KILL_PROCESS': seccomp.KILL_PROCESS,
    'SCMP_ACT_TRAP': seccomp.TRAP,
    'SCMP_ACT_ALLOW': seccomp.ALLOW,
    'SCMP_ACT_LOG': seccomp.LOG,
    'SCMP_ACT_NOTIFY': seccomp.NOTIFY,
}
ARCHITECTURES = {'SCMP_ARCH_X86': seccomp.Arch.X86, 'SCMP_ARCH_X32': seccomp.Arch.X32}


def action_of(name, errno):
    if name == 'SCMP_ACT_ERRNO':
        return seccomp.ERRNO(errno)
    return seccomp.TRACE(errno) if name == 'SCMP_ACT_TRACE' else ACTIONS[name]


def argument_of(condition):
    operator = getattr(seccomp, condition['op'].removeprefix('SCMP_CMP_'))
    values = [int(condition['value'])]
    if condition['op'] == 'SCMP_CMP_MASKED_EQ':
        values.append(int(condition.get('valueTwo', 0)))
    return seccomp.Arg(condition['index'], operator, *values)


def add_rule(rules, action, name, conditions):
    try:
        rules.add_rule(action, name, *(argument_of(condition) for condition in conditions))
    except RuntimeError as error:
        # EACCES: it does what the default does. EEXIST: another rule says as much. EINVAL: no such call.
        if not any(f'= -{number})' in str(error) for number in (13, 17, 22)):
            raise


def program_of(profile):
    rules = seccomp.SyscallFilter(action_of(profile['defaultAction'], profile.get('defaultErrnoRet', 1)))
    for name in profile.get('architectures', []):
        if name in ARCHITECTURES:
            rules.add_arch(ARCHITECTURES[name])
    for rule in profile.get('syscalls', []):
        action = action_of(rule['action'], rule.get('errnoRet', 1))
        for name in rule['names']:
            add_rule(rules, action, name, rule.get('args', []))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


for line in sys.stdin:
    print(program_of(json.loads(line)).hex())
