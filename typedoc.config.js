import { presentEntries } from './build/entries.js';

/** The API reference; a warning is an error. */
export default {
  name: 'quancun 圈存',
  entryPoints: presentEntries.map(({ source }) => source),
  out: 'docs/reference',
  readme: 'README.md',
  excludePrivate: true,
  excludeInternal: true,
  githubPages: false,
  disableGit: true,
  sourceLinkTemplate: '{path}#L{line}',
  // The table behind ErrorCode: its rows are ERROR_TABLE.
  intentionallyNotExported: ['src/error-table.ts:table'],
  treatWarningsAsErrors: true,
};
