/** What tar says of itself. */
export const version = `tar (GNU tar) 1.34
Copyright (C) 2021 Free Software Foundation, Inc.
License GPLv3+: GNU GPL version 3 or later <https://gnu.org/licenses/gpl.html>.
This is free software: you are free to change and redistribute it.
There is NO WARRANTY, to the extent permitted by law.

Written by John Gilmore and Jay Fenlason.
`;

export const usage = `Usage: tar -c|-x|-t [-f ARCHIVE] [-C DIR] [-zjJ] [-v] [OPTION...] [FILE...]
`;

export const help = `Usage: tar [OPTION...] [FILE...]
Many files in one archive.

 What is done:
  -c, --create               makes an archive of FILEs
  -t, --list                 names what is in an archive
  -x, --extract, --get       takes files out of an archive

 Which archive, and how it is packed:
  -f, --file=ARCHIVE         a file, or - for standard input and output
  -z, --gzip                 through gzip
  -j, --bzip2                through bzip2
  -J, --xz                   through xz
      --zstd                 through zstd
  -I, --use-compress-program=COMMAND
                             through COMMAND
  -a, --auto-compress        by the archive's name
  -H, --format=FORMAT        gnu, ustar, posix (pax)

 Which files:
  -C, --directory=DIR        the files after it are in DIR
  -T, --files-from=FILE      names are read from FILE
      --exclude=PATTERN      not those that match
  -X, --exclude-from=FILE    not those that match a pattern in FILE
      --no-recursion         directories without what is in them
      --one-file-system      nothing of other filesystems
  -h, --dereference          what links lead to
      --sort=name            in the order of their names
      --wildcards            names of members are patterns

 Names, owners, modes, times:
  -P, --absolute-names       slashes in front stay
      --strip-components=N   without N directories in front
      --numeric-owner        owners by number
      --owner=NAME[:ID], --group=NAME[:ID], --mode=CHANGES, --mtime=DATE
                             for all that are added
      --same-owner, -o, --no-same-owner
      --xattrs               extended attributes, too
  -p, --preserve-permissions, --no-same-permissions
  -m, --touch                not the times in the archive

 Files that are there:
  -k, --keep-old-files       they stay, which is an error
      --skip-old-files       they stay
      --overwrite            they are written over
  -U, --unlink-first         they are removed before
      --recursive-unlink     directories are removed with what is in them
  -O, --to-stdout            nothing is written but standard output

  -v, --verbose              names files; twice: in full
      --full-time            with seconds
      --utc                  times are those of UTC
  -?, --help   --usage   --version
`;
