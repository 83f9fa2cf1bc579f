/** What every command shares: its two common options, and the host it runs on. */
import { webcrypto } from 'node:crypto';
import { type Command, Option } from 'commander';
import { type Env, envFrom } from '../env.js';
import { chosenLanguage, LANGUAGES } from './language.js';
import {
  asQuancunError,
  type CommonOptions,
  createOutput,
  type Output,
  type Streams,
  UsageError,
} from './output.js';

/** The host's clock, generator and timers. */
export const nodeEnv: Env = envFrom({
  Date,
  setTimeout,
  clearTimeout,
  crypto: webcrypto,
});

/** Standard output and error; colour on a terminal that has not refused it. */
export function standardStreams(): Streams {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    colour: process.stdout.isTTY && process.env.NO_COLOR === undefined,
  };
}

/**
 * Adds `--json` and `--lang`, an example, and runs the work with an output. Exit status: 0 done, 1
 * the work failed (a command that answers false has said why), 2 the options were wrong.
 */
export function configure<Options extends CommonOptions>(
  command: Command,
  example: string,
  work: (args: readonly string[], options: Options, output: Output) => Promise<boolean>,
): void {
  const language = chosenLanguage();
  const word = language === 'zh' ? '示例：' : 'Example:';
  command
    .option('--json', 'one JSON object a line, nothing else on standard output')
    .addOption(
      new Option('--lang <language>', 'language of the texts').choices(LANGUAGES).default(language),
    )
    .addHelpText('after', `\n${word}\n  $ npx quancun ${example}\n`)
    .action(async () => {
      const options: Options = command.opts();
      const output = createOutput(options, standardStreams());
      try {
        if (!(await work(command.args, options, output))) process.exitCode = 1;
      } catch (thrown) {
        const usage = thrown instanceof UsageError;
        output.failure(usage ? thrown.error : asQuancunError(thrown));
        process.exitCode = usage ? 2 : 1;
      }
    });
}

/** Resolves when a person or a service manager stops the command. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
}
