/** JSON messages: the forms of their fields, and how one is held to its declaration. */
export { expectJson } from './expect.js';
export { digitsOf, hexOf, textOf, type Told, wholeOf } from './forms.js';
