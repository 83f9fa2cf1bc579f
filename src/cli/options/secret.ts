/** A secret that a person types, or that comes as a line of standard input; never an argument. */
import { createInterface } from 'node:readline';
import type { Texts } from '../output.js';

/** Asks for it where a person is there, without showing it; otherwise reads one line. */
export async function readSecret(prompt: Texts): Promise<string> {
  const { stdin, stderr } = process;
  const isAsked = stdin.isTTY;
  if (isAsked) stderr.write(`${prompt.en}/ ${prompt.zh}`);
  // On a terminal every key would be echoed where it is shown: nothing is written to the output.
  const reader = createInterface({ input: stdin, terminal: isAsked });
  const line = await new Promise<string>((resolve) => {
    reader.once('line', resolve);
    reader.once('close', () => {
      resolve('');
    });
  });
  reader.close();
  if (isAsked) stderr.write('\n');
  return line;
}
