/** JSON messages, files and options: the forms of their fields, and how one is held to its form. */
export { type Checked, checkJson, expectJson } from './expect.js';
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
export { type Said, saying } from './file-texts.js';
export {
  declared,
  digitsOf,
  type Given,
  hexOf,
  maybe,
  textOf,
  type Told,
  typed,
  wholeOf,
} from './forms.js';
