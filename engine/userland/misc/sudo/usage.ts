/** How sudo is used. */
export const usage = `usage: sudo -h | -K | -k | -V
usage: sudo -v [-ABkNnS] [-g group] [-h host] [-p prompt] [-u user]
usage: sudo -l [-ABkNnS] [-g group] [-h host] [-p prompt] [-U user] [-u user]
            [command [arg ...]]
usage: sudo [-ABbEHkNnPS] [-r role] [-t type] [-C num] [-D directory] [-g
            group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u user]
            [VAR=value] [-i | -s] [command [arg ...]]
usage: sudo -e [-ABkNnS] [-r role] [-t type] [-C num] [-D directory] [-g group]
            [-h host] [-p prompt] [-R directory] [-T timeout] [-u user] file ...
`;

export const editUsage = `usage: sudoedit -h | -V
usage: sudoedit [-ABkNnS] [-r role] [-t type] [-C num] [-D directory] [-g
                group] [-h host] [-p prompt] [-R directory] [-T timeout] [-u
                user] file ...
`;

export const help = `sudo - execute a command as another user

${usage}
  -b   in the background            -n   never ask for a password
  -E   keep the environment         -P   keep the groups
  -H   set HOME                     -p   another prompt
  -g   as that group                -S   password from standard input
  -i   a login shell                -s   a shell
  -K, -k   forget the password      -U   with -l: of that user
  -l   what is allowed              -u   as that user
  -v   ask for the password now     -V   version
`;
