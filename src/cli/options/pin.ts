/** `--pin`: digits, checked before the card is asked anything. */
import { isPin, type PinForm } from '../../etc/index.js';
import { wrongOption } from '../output.js';

/** The card's version decides how many digits of these it takes. */
export function expectPin(text: string): void {
  if (!isPin(text)) throw wrongOption('--pin', '2 to 6 digits, or 8, 10 or 12');
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
