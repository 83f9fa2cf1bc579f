/**
 * Holders that do not take the lock: servers of 0.1.0, and tools that have the file open. A server
 * of 0.1.0 answers on a socket beside the name it was given (`FILE.holder`, or one in the temporary
 * folder for a long name) and asks there before it starts: it is asked, and it is answered.
 */
import { createHash, randomBytes } from 'node:crypto';
import { fstatSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Unlock } from './lock.js';
import { describeDescriptor, isOneFile, type OpenFile } from './open-file.js';

/** The longest address of a socket that 0.1.0 puts beside a file. */
const MAX_SOCKET_PATH = 100;

/** How long after taking a socket 0.1.0 looks at it again; whoever looks first may be wrong. */
const SETTLE_MS = 100;

/** A stopped process takes a connection and says nothing. */
const ANSWER_MS = 2000;

/** What a socket says when nobody listens there; anything else is no proof. */
const NOBODY = ['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'ENOTDIR', 'ENAMETOOLONG'];

/** Another process may be just trying, and is gone in a moment. */
const LOOKS = 10;

/** Answers servers of 0.1.0 from now on; nothing when one of them has the file, or may have. */
export async function answerFormerRelease({ given, path }: OpenFile): Promise<Unlock | undefined> {
  const addresses = [...new Set([given, path].map(socketAddress))];
  const found = await Promise.all(addresses.map(askHolder));
  if (found.some((one) => one !== 'nobody')) return undefined;
  const name = randomBytes(16).toString('hex');
  const servers: Server[] = [];
  const close: Unlock = async () => {
    await Promise.all(servers.map((one) => new Promise((done) => one.close(done))));
  };
  for (const address of addresses) {
    const server = await listen(address, name);
    if (server === 'taken') {
      await close();
      return undefined;
    }
    if (server !== 'impossible') servers.push(server);
  }
  await pause(SETTLE_MS);
  const said = await Promise.all(addresses.map(askHolder));
  if (said.every((one) => one === 'nobody' || one === `says ${name}`)) return close;
  await close();
  return undefined;
}

/** Whether another process has the file open for writing, and keeps it. Linux can tell. */
export async function hasOtherWriter(file: OpenFile): Promise<boolean> {
  for (let look = 1; look <= LOOKS; look += 1) {
    if (!seesOtherWriter(file)) return false;
    await pause(SETTLE_MS);
  }
  return true;
}

function seesOtherWriter({ descriptor }: OpenFile): boolean {
  const { ino } = describeDescriptor(descriptor);
  if (ino === undefined) return false;
  const mine = fstatSync(descriptor, { bigint: true });
  const others = namesIn('/proc').filter((id) => /^\d+$/.test(id) && id !== String(process.pid));
  return others.some((id) =>
    namesIn(`/proc/${id}/fd`).some((number) => {
      // What the kernel tells costs no file system a question: one that hangs would hang us.
      const told = describeDescriptor(number, id);
      if (told.ino !== ino || !isForWriting(told.flags)) return false;
      try {
        return isOneFile(mine, statSync(`/proc/${id}/fd/${number}`, { bigint: true }));
      } catch {
        return false;
      }
    }),
  );
}

/** The flags are octal, and the two lowest bits say how it was opened: 0 is for reading alone. */
function isForWriting(flags = '0'): boolean {
  return Number(flags.at(-1)) % 4 !== 0;
}

/** Names in a folder of /proc: a process may be gone, or not ours to look at. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function socketAddress(file: string): string {
  const hash = createHash('sha256').update(file).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\quancun-${hash}`;
  const beside = `${file}.holder`;
  return Buffer.byteLength(beside) <= MAX_SOCKET_PATH
    ? beside
    : join(tmpdir(), `quancun-${hash}.holder`);
}

/** What the holder says of itself. Whoever is silent may be stopped, and go on. */
function askHolder(address: string): Promise<'nobody' | 'silent' | `says ${string}`> {
  return new Promise((answer) => {
    let said = '';
    const socket = connect(address);
    socket.setEncoding('utf8');
    socket.setTimeout(ANSWER_MS, () => {
      answer('silent');
      socket.destroy();
    });
    socket.on('data', (text: string) => (said += text));
    socket.on('end', () => answer(`says ${said}`));
    socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => {
      answer(NOBODY.includes(code) ? 'nobody' : 'silent');
    });
  });
}

/** Where no socket can be made, 0.1.0 makes none either, and does not start. */
async function listen(address: string, name: string): Promise<Server | 'taken' | 'impossible'> {
  await rm(address, { force: true }).catch(() => undefined);
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.end(name);
    });
    server.once('error', ({ code }: NodeJS.ErrnoException) => {
      resolve(code === 'EADDRINUSE' ? 'taken' : 'impossible');
    });
    server.listen(address, () => {
      // It must not keep a process alive that is done.
      server.unref();
      resolve(server);
    });
  });
}

function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}
