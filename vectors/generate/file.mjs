/** Puts vector files together: groups, ids, flags and their notes. */
import { strict as assert } from 'node:assert';
import { NOTES } from './notes.mjs';

/** One test; `flags` say why it exists. */
export function vector(id, fields, result, ...flags) {
  assert.ok(flags.length > 0, `${id} has a flag`);
  return { id, flags, ...fields, result };
}

/** A group without tests is left out. */
export function group(type, suite, tests) {
  return { type, cipher: suite.name, source: suite.source, tests };
}

/** A file, with the notes of the flags it uses and of no others. */
export function vectorFile(about, groups) {
  const used = new Set(groups.flatMap(({ tests }) => tests.flatMap(({ flags }) => flags)));
  const notes = {};
  for (const flag of [...used].sort()) {
    assert.ok(NOTES[flag] !== undefined, `the flag ${flag} has a note`);
    notes[flag] = NOTES[flag];
  }
  const ids = groups.flatMap(({ tests }) => tests.map(({ id }) => id));
  assert.equal(new Set(ids).size, ids.length, 'ids are unique');
  return { schema: 'quancun-vectors/1', about, notes, groups };
}
