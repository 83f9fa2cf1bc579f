/** JSON messages: the forms of their fields, and how one is held to its declaration. */
export { type Checked, checkJson, expectJson } from './expect.js';
export { declared, digitsOf, hexOf, maybe, textOf, type Told, typed, wholeOf } from './forms.js';
