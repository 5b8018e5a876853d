// A house for the browser to come into: `guildhall demo` on a free port of this machine, with its data in a folder of its own.

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:net';

/** Milliseconds that the demo has to make its community. */
const OPENING_MS = 120_000;

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/**
 * Opens a house whose staff speak `language` (`en` or `zh`).
 * Gives its address, the link that signs the admin in once, what it has printed, and `close`.
 */
export async function openHouse(program, language) {
  const folder = await mkdtemp(join(tmpdir(), 'guildhall-browser-'));
  const listen = `127.0.0.1:${await freePort()}`;
  const child = spawn(program, ['demo', '--listen', listen, '--data', folder, '--language', language]);
  let printed = '';
  const link = await new Promise((found, failed) => {
    const late = setTimeout(() => failed(new Error(`the demo did not open: ${printed}`)), OPENING_MS);
    const hear = (part) => {
      printed += part;
      const address = printed.match(/http:\/\/\S+\/enter\?t=\S+/);
      if (address) {
        clearTimeout(late);
        found(address[0]);
      }
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', (code) => failed(new Error(`the demo ended with ${code}: ${printed}`)));
  });
  const close = async () => {
    const ended = new Promise((done) => child.once('exit', done));
    child.removeAllListeners('exit');
    child.once('exit', () => {});
    child.kill('SIGTERM');
    await Promise.race([ended, new Promise((done) => setTimeout(done, 10_000))]);
    child.kill('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  };
  return { base: `http://${listen}`, link, printed: () => printed, close };
}
