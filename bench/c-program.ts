/**
 * The rival in C: builds authorisation.c with the machine's compiler, where there is one with the
 * headers of OpenSSL, and runs it as a process that times itself.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ROOT_KEY, type Task } from './authorisation.js';
import type { Rival } from './rounds.js';

/** The bundle runs in .bench, beside which the source is. */
const PROGRAM = fileURLToPath(new URL('authorisation', import.meta.url));
const SOURCE = fileURLToPath(new URL('../bench/authorisation.c', import.meta.url));

/** Builds the program; where that cannot be done it says why, and there is no such rival. */
export function buildProgram(): boolean {
  const args = ['-O2', '-o', PROGRAM, SOURCE, '-lcrypto'];
  const { error, status, stderr } = spawnSync('cc', args, { encoding: 'utf8' });
  if (status === 0) return true;
  const why = error === undefined ? (stderr.split('\n')[0] ?? '') : 'there is no compiler cc';
  console.log(`no figures for C: ${why} (it takes a C compiler and the headers of OpenSSL 3)`);
  return false;
}

/** The rival of one suite of the program, over the tasks given. */
export function programRival(
  suite: '3des' | 'sm4' | 'sm4-evp',
  title: string,
  tasks: readonly Task[],
): Rival<Task> {
  const input = writeInput(tasks);
  return {
    name: title,
    work(task): Uint8Array | undefined {
      const answer = run(suite, 0, writeInput([task]));
      return answer === '-' ? undefined : Buffer.from(answer, 'hex');
    },
    turn: (turnMs) => Number(run(suite, turnMs, input)),
  };
}

function run(suite: string, turnMs: number, input: Buffer): string {
  return execFileSync(PROGRAM, [suite, String(turnMs)], { input, encoding: 'utf8' }).trim();
}

function writeInput(tasks: readonly Task[]): Buffer {
  return Buffer.concat([
    ROOT_KEY,
    ...tasks.flatMap(({ messages, mac1, tac }) => [
      ...[messages.issuer, messages.card, messages.session, messages.mac1, messages.mac2],
      ...[messages.tac, messages.tacKey, mac1, tac],
    ]),
  ]);
}
