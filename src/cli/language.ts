/** The language that a person chose: `--lang`, else the locale. Asked before any option is read. */

/** The languages of the command line. */
export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

/** What the words say, wherever `--lang` stands in them; else what the environment says. */
export function chosenLanguage(
  words: readonly string[] = process.argv.slice(2),
  { LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv = process.env,
): Language {
  const at = words.findIndex((word) => word === '--lang' || word.startsWith('--lang='));
  const said = words[at]?.startsWith('--lang=') === true ? words[at].slice(7) : words[at + 1];
  const language = at < 0 ? undefined : LANGUAGES.find((known) => known === said);
  if (language !== undefined) return language;
  // An empty variable counts as absent.
  const locale = [LC_ALL, LC_MESSAGES, LANG].find((name) => name !== undefined && name !== '');
  return locale?.startsWith('zh') === true ? 'zh' : 'en';
}
