/** All system calls of one task: the end of the chain. */
import { NetSyscalls } from './net-calls';
import type { Sys } from './sys';

export class TaskSys extends NetSyscalls implements Sys {}
