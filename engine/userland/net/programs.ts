/** All but BusyBox, loaded when the first is executed. */
import type { Program } from '../../kernel/sim';
import { curl } from './curl/curl';
import { httpd } from './httpd';
import { nc } from './nc/nc';
import { ping } from './ping/ping';
import { socat } from './socat/socat';
import { tcpdump } from './tcpdump/tcpdump';
import { tracepath } from './tracepath';

export const programs = { curl, httpd, nc, ping, socat, tcpdump, tracepath } satisfies Record<string, Program>;
