/** `--pin`: digits, checked before the card is asked anything. */
import { isPin, type PinForm } from '../../etc/index.js';
import { wrongOption } from '../output.js';

/** The card's version decides how many digits of these it takes. */
export function expectPin(text: string): void {
  if (!isPin(text))
    throw wrongOption('--pin', {
      en: '2 to 6 digits, or 8, 10 or 12',
      zh: '2–6 位、8 位、10 位或 12 位数字',
    });
}

/** What the help says of `--pin-form`. */
export const PIN_FORM_HELP =
  'ascii or bcd, where the card does not take its PIN as its version says';

/** `--pin-form`, as an option of whoever presents a PIN. */
export function pinFormOption(text: string | undefined): { readonly pinForm?: PinForm } {
  if (text === undefined) return {};
  if (text !== 'ascii' && text !== 'bcd') throw wrongOption('--pin-form', 'ascii | bcd');
  return { pinForm: text };
}
