/** A command that listens until it is stopped, and the address that it says. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { CLI, ROOT } from '../../../build/entries.js';

/** Starts it with `--json`, and waits for its address. */
export async function listenOn(
  ...words: string[]
): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const all = [join(ROOT, `dist/${CLI.name}.js`), ...words, '--json'];
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve();
    });
  });
  const line = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => {
      said += piece;
      if (said.includes('\n')) resolve(said.slice(0, said.indexOf('\n')));
    });
    child.once('close', () => {
      reject(new Error(`it ended: ${said}`));
    });
  });
  const { address } = JSON.parse(line) as { address: string };
  return {
    address,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
