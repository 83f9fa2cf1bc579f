/**
 * Holds a database file for one process. `node-sqlite3-wasm` locks with a folder beside the file,
 * which a killed process leaves behind; a socket beside it tells whether the holder still lives:
 * the host closes it with its process, however that ends.
 */
import { createHash, randomBytes } from 'node:crypto';
import { rm, rmdir } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { QuancunError } from '../errors.js';
import { LEDGER_IN_USE } from './errors.js';

/** A file that is held. */
export interface HeldFile {
  release(): Promise<void>;
}

/** The longest address of a socket that every Unix takes. */
const MAX_SOCKET_PATH = 100;

/** How long after taking the file it is looked at again: somebody else may have taken it too. */
const RETRY_MS = 100;

/**
 * Takes a database file for this process, and clears the lock that a killed one left.
 * 独占数据库文件；清除被杀进程遗留的锁。
 * @throws LEDGER_IN_USE while another process holds it
 * @example
 * const held = await holdFile('held.db'); // throws, while another process holds it
 * await held.release();
 */
export async function holdFile(path: string): Promise<HeldFile> {
  const file = resolve(path);
  const address = socketAddress(file);
  const name = randomBytes(16).toString('hex');
  if ((await askHolder(address)) !== undefined) throw inUse(path);
  await rm(address, { force: true });
  const server = await listen(address, name, path);
  await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  if ((await askHolder(address)) !== name) {
    server.close();
    throw inUse(path);
  }
  // Nobody but this process may have the lock now: what is there was left behind.
  await rmdir(`${file}.lock`).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
  return {
    release: () =>
      new Promise((done) => {
        server.close(() => {
          done();
        });
      }),
  };
}

function socketAddress(file: string): string {
  const hash = createHash('sha256').update(file).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\quancun-${hash}`;
  const beside = `${file}.holder`;
  return Buffer.byteLength(beside) <= MAX_SOCKET_PATH
    ? beside
    : join(tmpdir(), `quancun-${hash}.holder`);
}

/** What the holder says of itself; nothing when there is none. */
function askHolder(address: string): Promise<string | undefined> {
  return new Promise((answer) => {
    let said = '';
    const socket = connect(address);
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (said += text));
    socket.on('end', () => {
      answer(said);
    });
    socket.on('error', () => {
      answer(undefined);
    });
  });
}

function listen(address: string, name: string, path: string): Promise<Server> {
  return new Promise((resolveServer, reject) => {
    const server = createServer((socket) => socket.end(name));
    server.once('error', (cause) => {
      reject(inUse(path, cause));
    });
    server.listen(address, () => {
      // It must not keep a process alive that is done.
      server.unref();
      resolveServer(server);
    });
  });
}

function inUse(path: string, cause?: Error): QuancunError {
  return new QuancunError(LEDGER_IN_USE, {
    details: { file: path },
    ...(cause === undefined ? {} : { cause }),
  });
}
