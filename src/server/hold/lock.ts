/**
 * The operating system's lock on an open file: it belongs to the file and not to a name, and ends
 * with the process, however that ends. Node has no call for it. On Linux the program `flock` takes
 * it on a descriptor that it inherits, where it stays when the program is done; macOS and the BSDs
 * take it when the file is opened; on Windows a pipe has the file's number for a name.
 */
import { spawn } from 'node:child_process';
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { createServer } from 'node:net';
import { QuancunError } from '../../errors.js';
import { FILE_LOCK_FAILED, FILE_LOCK_MISSING } from './errors.js';

/** `O_EXLOCK`, which Node does not name. */
const O_EXLOCK = 0x20;
const LOCKING_AT_OPEN = ['darwin', 'freebsd', 'openbsd', 'netbsd'];

/** What opening has to ask for, where that is how a file is locked. */
export const LOCK_AT_OPEN = LOCKING_AT_OPEN.includes(process.platform) ? O_EXLOCK : 0;

/** How long the program may take; it does not wait for the lock, but its file system may. */
const TOOL_MS = 5000;

/** The descriptor that the program inherits. */
const INHERITED = 3;

/** Gives a lock back that closing the file does not. */
export type Unlock = () => Promise<void>;

/**
 * A process that is just being started has a copy of every descriptor for a moment, also of one
 * that was closed meanwhile, and its lock with it: a lock that is taken is tried for again.
 */
const PAUSES_MS = [10, 20, 40, 80];

/** Takes the lock; nothing when another process has it. */
export async function takeLock(path: string, descriptor: number): Promise<Unlock | undefined> {
  for (const pauseMs of PAUSES_MS) {
    const unlock = await tryLock(path, descriptor);
    if (unlock !== undefined) return unlock;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  return tryLock(path, descriptor);
}

async function tryLock(path: string, descriptor: number): Promise<Unlock | undefined> {
  if (process.platform === 'win32') return listenOnPipe(path, descriptor);
  if (LOCK_AT_OPEN !== 0) return nothingToDo;
  if (!(await runFlock(path, descriptor))) return undefined;
  await expectLockIsKept(path, descriptor);
  return nothingToDo;
}

const nothingToDo: Unlock = () => Promise.resolve();

/** Devices whose file system was seen to keep a lock. */
const KEEPING = new Set<bigint>();

/** Some file systems take every lock and keep none: then a second one is taken as well. */
async function expectLockIsKept(path: string, descriptor: number): Promise<void> {
  const { dev } = fstatSync(descriptor, { bigint: true });
  if (KEEPING.has(dev)) return;
  const second = openSync(path, constants.O_RDWR);
  try {
    if (await runFlock(path, second)) throw lockFailed(path, 'its file system keeps no lock');
    KEEPING.add(dev);
  } finally {
    closeSync(second);
  }
}

/** Whether `flock` got it. The lock is the open file's: it outlives the program. */
function runFlock(path: string, descriptor: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const tool = spawn('flock', ['-n', '-x', String(INHERITED)], {
      stdio: ['ignore', 'ignore', 'ignore', descriptor],
      env: { PATH: process.env.PATH },
    });
    const timer = setTimeout(() => {
      tool.kill('SIGKILL');
      reject(lockFailed(path, 'flock does not answer'));
    }, TOOL_MS);
    tool.once('error', (cause: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      const isThere = cause.code !== 'ENOENT' && cause.code !== 'EACCES';
      const missing = new QuancunError(FILE_LOCK_MISSING, { details: { file: path }, cause });
      reject(isThere ? lockFailed(path, cause.code ?? 'flock does not start', cause) : missing);
    });
    tool.once('exit', (status, signal) => {
      clearTimeout(timer);
      if (status === 0 || status === 1) resolve(status === 0);
      else reject(lockFailed(path, `flock ended with ${signal ?? String(status)}`));
    });
  });
}

function listenOnPipe(path: string, descriptor: number): Promise<Unlock | undefined> {
  const { dev, ino } = fstatSync(descriptor, { bigint: true });
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE') resolve(undefined);
      else reject(lockFailed(path, cause.code ?? 'no pipe', cause));
    });
    server.listen(`\\\\.\\pipe\\quancun-${dev.toString(16)}-${ino.toString(16)}`, () => {
      // It must not keep a process alive that is done.
      server.unref();
      resolve(() => new Promise((done) => void server.close(() => done())));
    });
  });
}

function lockFailed(file: string, reason: string, cause?: Error): QuancunError {
  return new QuancunError(FILE_LOCK_FAILED, {
    details: { file, reason },
    ...(cause === undefined ? {} : { cause }),
  });
}
