#!/usr/bin/env node
/** The command line: one file per command; exit status 0 done, 1 failed, 2 wrong options. */
import { Command, CommanderError, Option } from 'commander';
import { COMMANDS } from './commands.js';
import { chosenLanguage, LANGUAGES } from './language.js';
import { VERSION } from './version.js';

const ABOUT = {
  en: 'Recharge Chinese ETC toll cards, exactly once. 充值与圈存，一次不多，一次不少。',
  zh: 'ETC 卡充值与圈存，一次不多，一次不少。',
};
const VERSION_HELP = { en: 'output the version number', zh: '显示版本号' };

/** Builds the program: the command that the words name is loaded, the others are listed. */
async function buildProgram(words: readonly string[]): Promise<Command> {
  const language = chosenLanguage(words);
  const program = new Command('quancun')
    .description(ABOUT[language])
    .version(VERSION, '-V, --version', VERSION_HELP[language])
    .addOption(new Option('--lang <language>', 'language of the texts').choices(LANGUAGES))
    // Behind a command's name it is the command's own.
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError()
    .configureHelp({ sortSubcommands: false })
    .configureOutput({ getOutHelpWidth: helpWidth, getErrHelpWidth: helpWidth });
  const named = nameIn(words);
  for (const { usage, does, load } of COMMANDS) {
    const [name = ''] = usage.split(' ');
    if (name === named) (await load())(program);
    else program.command(usage);
    program.commands.at(-1)?.description(does[language]);
  }
  if (language === 'zh') (await import('./help-zh.js')).speakChinese(program);
  return program;
}

/** As wide as the terminal is, or as COLUMNS says where there is none. */
function helpWidth(): number {
  return process.stdout.columns || Number(process.env.COLUMNS) || 80;
}

/** The command that the words name: itself, or behind `help`. */
function nameIn(words: readonly string[]): string | undefined {
  const names = words.filter((word, at) => !word.startsWith('-') && words[at - 1] !== '--lang');
  return names[0] === 'help' ? names[1] : names[0];
}

async function main(): Promise<void> {
  try {
    const program = await buildProgram(process.argv.slice(2));
    await program.parseAsync(process.argv);
  } catch (thrown) {
    // Commander has said what was wrong; what a command throws is said by the command itself.
    if (!(thrown instanceof CommanderError)) throw thrown;
    process.exitCode = thrown.exitCode === 0 ? 0 : 2;
  }
}

// A reader that closed the pipe (`| head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // A server works on, whoever has stopped reading what it says.
  if (process.argv[2] === 'serve') return;
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});
void main();
