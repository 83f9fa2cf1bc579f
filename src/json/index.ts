/** JSON messages, files and options: the forms of their fields, and how one is held to its form. */
export { expectJson } from './expect.js';
export { digitsOf, type Given, hexOf, textOf, type Told, wholeOf } from './forms.js';
export { expectFile, expectOptions, parseFileText } from './file.js';
export {
  looseOf,
  objectOf,
  partOf,
  recordOf,
  statusWord,
  upperHex,
  upperHexOf,
} from './file-forms.js';
export { type Said, saying } from './file-words.js';
