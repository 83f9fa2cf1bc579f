/**
 * The door through which a running server is asked for a copy: a socket beside the database, for
 * its owner alone. One line of JSON each way.
 */
import { createHash } from 'node:crypto';
import { chmodSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { QuancunError } from '../../errors.js';
import { INTERNAL } from '../../core-errors.js';

/** A door that is open. */
export interface BackupDoor {
  /** Closes it, after the copies that are being made. */
  close(): Promise<void>;
}

/** The longest address of a socket that every Unix takes. */
const MAX_SOCKET_PATH = 100;
const MAX_LINE = 8192;

/**
 * Opens the door of a database that this process holds; nothing where its path is too long for a
 * socket: then copies are made while no server runs.
 * 打开备份入口（数据库旁的本机套接字，仅属主可用）。
 * @example
 * declare const copy: (to: string) => Promise<void>;
 * const door = await openBackupDoor('/data/orders.db', copy);
 * await door?.close();
 */
export async function openBackupDoor(
  database: string,
  copy: (to: string) => Promise<void>,
): Promise<BackupDoor | undefined> {
  const address = addressOf(database);
  if (address === undefined) return undefined;
  // Whoever holds the database knows that a socket which stands here is a dead server's.
  if (process.platform !== 'win32') rmSync(address, { force: true });
  const running = new Set<Promise<void>>();
  const server = createServer((socket) => {
    const one = serveOne(socket, copy).finally(() => running.delete(one));
    running.add(one);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // The socket is made within the call, and nobody else may use it even for a moment.
    const mask = process.platform === 'win32' ? undefined : process.umask(0o177);
    server.listen(address, resolve);
    if (mask !== undefined) process.umask(mask);
  });
  if (process.platform !== 'win32') chmodSync(address, 0o600);
  server.unref();
  return {
    close: async () => {
      server.close();
      await Promise.all(running);
    },
  };
}

/**
 * Asks the server that runs on a database for a copy; `false` when none answers.
 * 请求正在运行的服务生成备份。
 * @throws BACKUP_EXISTS, BACKUP_FAILED as the server says
 * @example
 * await askForCopy('/data/orders.db', '/copies/orders.db'); // false: no server
 */
export async function askForCopy(database: string, to: string): Promise<boolean> {
  const address = addressOf(database);
  if (address === undefined) return false;
  const said = await new Promise<string | undefined>((resolve) => {
    const socket = connect(address);
    let text = '';
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write(`${JSON.stringify({ copyTo: to })}\n`));
    socket.on('data', (more: string) => (text += more));
    socket.on('error', () => {
      resolve(undefined);
    });
    socket.on('close', () => {
      resolve(text.endsWith('\n') ? text : undefined);
    });
  });
  if (said === undefined) return false;
  const answer = JSON.parse(said) as { readonly error?: unknown };
  if (answer.error !== undefined) throw QuancunError.fromJSON(answer.error);
  return true;
}

async function serveOne(socket: Socket, copy: (to: string) => Promise<void>): Promise<void> {
  socket.on('error', () => undefined);
  try {
    const line = await readLine(socket);
    const { copyTo } = JSON.parse(line) as { readonly copyTo?: unknown };
    if (typeof copyTo !== 'string') return;
    const error = await copy(copyTo).then(
      () => undefined,
      (thrown: unknown) =>
        thrown instanceof QuancunError
          ? thrown
          : new QuancunError(INTERNAL, { details: { what: 'the copy failed' } }),
    );
    socket.end(`${JSON.stringify(error === undefined ? {} : { error })}\n`);
  } catch {
    socket.destroy();
  }
}

function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8');
    socket.on('data', (more: string) => {
      text += more;
      if (text.includes('\n')) resolve(text);
      else if (text.length > MAX_LINE) reject(new Error('the line is too long'));
    });
    socket.on('close', () => {
      reject(new Error('the asker has gone'));
    });
  });
}

function addressOf(database: string): string | undefined {
  if (process.platform === 'win32') {
    const hash = createHash('sha256').update(database.toLowerCase()).digest('hex').slice(0, 16);
    return `\\\\.\\pipe\\quancun-admin-${hash}`;
  }
  const address = `${database}.admin`;
  return Buffer.byteLength(address) <= MAX_SOCKET_PATH ? address : undefined;
}
