/** `apdu`: explains a command and, when given, its response. */
import type { Command } from 'commander';
import { fromHex } from '../../bytes.js';
import {
  type Explanation,
  explainCommand,
  explainResponse,
  statusWords,
} from '../../explain/index.js';
import { type CommonOptions, type Output, fromOption } from '../output.js';
import { configure } from '../run.js';

/** Adds `apdu`. */
export function registerApdu(program: Command): void {
  const command = program
    .command('apdu')
    .description('explain a command APDU and its response, given in hex')
    .argument('<command>', 'command APDU in hex; blanks are allowed inside quotes')
    .argument('[response]', 'its response, with the status word');
  configure<CommonOptions>(command, 'apdu 805C000204 000013889000', (args, _options, output) => {
    const [given = '', answer] = args;
    const bytes = fromOption(() => fromHex(given.replace(/\s+/g, '')));
    show(
      'command',
      fromOption(() => explainCommand(bytes)),
      output,
    );
    if (answer !== undefined) {
      const response = fromOption(() => fromHex(answer.replace(/\s+/g, '')));
      show(
        'response',
        fromOption(() => explainResponse(bytes, response)),
        output,
      );
    }
    return Promise.resolve(true);
  });
}

function show(what: string, { name, fields, status }: Explanation, output: Output): void {
  output.title(status === undefined ? name : statusWords(status));
  for (const [field, value] of fields) output.line(`  ${field.padEnd(20)}${value}`);
  const said = status === undefined ? {} : { sw: name, en: status.en, zh: status.zh };
  // Masked byte by byte already.
  output.event(what, { name, ...said }, { fields: Object.fromEntries(fields) });
}
