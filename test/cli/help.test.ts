/** The help: the list of commands says what the commands say, and all of it is there in Chinese. */
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/cli/commands.js';
import { HELP_ZH, speakChinese } from '../../src/cli/help-zh.js';
import { chosenLanguage } from '../../src/cli/language.js';

const loaded = await Promise.all(
  COMMANDS.map(async (listed) => {
    const program = new Command('quancun');
    (await listed.load())(program);
    const [command] = program.commands;
    if (command === undefined) throw new Error(`${listed.usage} registers nothing`);
    return { listed, program, command };
  }),
);

/** Every text of a command and of those below it, its own description aside. */
function textsOf(command: Command): string[] {
  return [
    ...command.options.map(({ description }) => description),
    ...command.registeredArguments.map(({ description }) => description),
    ...command.commands.flatMap((one) => [one.description(), ...textsOf(one)]),
  ].filter((text) => text !== '');
}

describe('the list of commands', () => {
  test.each(loaded)('$listed.usage', ({ listed, program, command }) => {
    const words = command.registeredArguments.map((argument) => {
      const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
      return argument.required ? ` <${name}>` : ` [${name}]`;
    });
    expect(program.commands).toHaveLength(1);
    expect(`${command.name()}${words.join('')}`).toBe(listed.usage);
    expect(command.description()).toBe(listed.does.en);
    expect(listed.does.zh).toMatch(/\p{Script=Han}/u);
  });
});

describe('the help in Chinese', () => {
  const texts = new Set([
    ...loaded.flatMap(({ command }) => textsOf(command)),
    // Of the program itself.
    'language of the texts',
  ]);

  test('has every text, and none that nobody says', () => {
    expect([...texts].filter((text) => !Object.hasOwn(HELP_ZH, text))).toEqual([]);
    expect(Object.keys(HELP_ZH).filter((text) => !texts.has(text))).toEqual([]);
  });

  test('says titles, defaults and mistakes in Chinese', () => {
    let said = '';
    const hear = (text: string): void => void (said += text);
    const program = new Command('quancun').exitOverride().showHelpAfterError();
    program
      .configureOutput({ writeOut: hear, writeErr: hear })
      .command('part')
      .option('--lang <language>', 'language of the texts', 'zh')
      .argument('<file>', 'a file that is not there yet')
      .action(() => undefined);
    speakChinese(program);
    const run = (...words: string[]): string => {
      said = '';
      expect(() => program.parse(['node', 'quancun', ...words])).toThrow();
      return said;
    };
    const help = run('part', '--help');
    expect(help).toMatch(/^用法： quancun part/);
    expect(help).toMatch(/\n参数：\n {2}file +尚不存在的文件\n\n选项：/);
    expect(help).toMatch(/文字的语言 \(默认："zh"\)[\s\S]*显示帮助\n$/);
    expect(run('part')).toMatch(/^错误：缺少参数 file\n/);
    expect(run('part', 'a', '--nope')).toMatch(/^错误：没有选项 --nope\n/);
    expect(run('part', 'a', 'b')).toMatch(/^错误：参数过多，应为 1 个，实为 2 个\n/);
    expect(run('part', 'a', '--lang')).toMatch(/^错误：选项 --lang <language> 缺少值\n/);
    expect(run('pert')).toMatch(/^错误：没有命令 pert\n（是否要用 part？）\n/);
  });
});

describe('the language', () => {
  test.each([
    [['read', '--lang', 'zh'], {}, 'zh'],
    [['read', '--lang=zh'], { LANG: 'C' }, 'zh'],
    [['--lang', 'en', 'read'], { LANG: 'zh_CN.UTF-8' }, 'en'],
    [['read'], { LC_ALL: '', LANG: 'zh_CN.UTF-8' }, 'zh'],
    [['read'], { LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }, 'en'],
    [['read', '--lang', 'fr'], { LANG: 'zh_CN' }, 'zh'],
    [[], {}, 'en'],
  ])('%j in %j: %s', (words, environment, language) => {
    expect(chosenLanguage(words, environment)).toBe(language);
  });
});
