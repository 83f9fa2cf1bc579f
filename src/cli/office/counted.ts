/** `--counted cash=1234.50,pos=100`: what was counted, by method. */
import { parseYuan } from '../../money.js';
import { fromOption, wrongOption } from '../output.js';

/** Reads the list. What was given back may be more than what was taken: a minus may stand there. */
export function readCounted(
  option: string,
  text = '',
): { readonly method: string; readonly countedFen: number }[] {
  const words = text.split(',').map((word) => word.trim());
  const found = words
    .filter((word) => word !== '')
    .map((word) => {
      const [, method, sign, yuan = ''] = /^([a-z][a-z\d-]{0,31})=(-?)([\d.]+)$/.exec(word) ?? [];
      if (method === undefined) throw wrongOption(option, 'cash=1234.50,pos=100');
      const fen = fromOption(() => parseYuan(yuan));
      return { method, countedFen: sign === '-' ? -fen : fen };
    });
  const names = new Set(found.map(({ method }) => method));
  if (names.size !== found.length) throw wrongOption(option, 'cash=1234.50,pos=100');
  return found;
}
