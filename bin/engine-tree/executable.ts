/** What our programs are in a Machine: scripts of our Node that differ in the name of the program only. */

/** Where our things are in a Machine. */
export const node = '/opt/underlay/bin/node';
export const library = '/opt/underlay/lib';
/** Threads of V8's own would be started for nothing: these programs end too soon to be optimised. */
export const nodeOption = '--v8-pool-size=0';

/** All of one program are the same, byte for byte: so a plugin knows that another is ours. */
export const executableOf = (program: string): string =>
  `#!${node} ${nodeOption}\nrequire('${library}/start.cjs').start('${program}');\n`;
