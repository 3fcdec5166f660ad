/**
 * The peer of the echo bench: the least that joins a browser to a shell, one `ws` socket straight onto one node-pty.
 * (ttyd, which the issue names first, is not packaged in Debian 12.)
 */
import { createServer } from 'node:http';
import { spawn } from '@lydell/node-pty';
import { WebSocketServer } from 'ws';

const server = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html>'));
new WebSocketServer({ server }).on('connection', (socket) => {
  const shell = spawn('/bin/bash', ['--norc'], { name: 'xterm-256color', cols: 80, rows: 24 });
  shell.onData((data) => socket.send(data));
  shell.onExit(() => socket.close());
  socket.on('message', (data) => shell.write(data.toString()));
  socket.on('close', () => shell.kill());
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') process.stdout.write(`${address.port}\n`);
});
