/** Programs of an example: started by the script of their package.json, ended by the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { scriptOf } from './installed.js';

/** What a program said, and how it ended. */
export interface Ended {
  readonly status: number | null;
  readonly out: string;
}

/** A program that runs. */
export interface Running {
  readonly child: ChildProcess;
  /** Resolves with the first match in what it says. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
}

/** How a script is started. */
export interface StartOptions {
  readonly words?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** What a person types. */
  readonly typed?: string;
}

/** Starts a script of an example. */
export function startScript(
  folder: string,
  script: string,
  { words = [], env = {}, typed }: StartOptions = {},
): Running {
  const [program = '', ...args] = [...scriptOf(folder, script), ...words];
  const child = spawn(program, args, { cwd: folder, env: { ...process.env, ...env } });
  let out = '';
  const waiting = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      for (const look of waiting) look();
    });
  }
  // One that waits for nobody's words keeps its input open: some end with it.
  if (typed !== undefined) child.stdin.end(typed);
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (status) => {
      resolve({ status, out });
    });
  });
  const said = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = pattern.exec(out);
        if (found !== null) resolve(found);
      };
      waiting.add(look);
      look();
      void ended.then(() => {
        reject(new Error(`it ended and had not said ${String(pattern)}: ${out}`));
      });
    });
  return { child, said, ended };
}

/** Runs a script to its end. */
export function runScript(folder: string, script: string, options?: StartOptions): Promise<Ended> {
  return startScript(folder, script, options).ended;
}
