/**
 * What nobody uses: files, exports and packages. Where knip cannot see a use, the reason stands.
 *
 * @type {import('knip').KnipConfig}
 */
export default {
  entry: [
    'src/**/index.ts',
    'build/*.js',
    // Started as threads.
    ...['build/mutate/worker.js', 'build/fuzz/worker.js'],
    // Loaded by VitePress and typedoc, by where they stand.
    ...['build/site/*.js', 'build/site/theme/*.js'],
    'bench/main.ts',
    'scripts/*.mjs',
    'vectors/generate/main.mjs',
    // Started by a test as a program of its own, or put into a bundle by its name.
    'test/support/**/*.mjs',
    'test/support/bare-rig.ts',
    'test/e2e/journal-child.mjs',
    'examples/**/*.{mjs,js,jsx}',
  ],
  project: ['src/**/*.ts', 'build/**/*.js', 'bench/**/*.ts', 'test/**/*.ts', 'scripts/*.mjs'],
  // Examples are their readers' own; the stand-in is put in the place of vitest, and its names are.
  ignore: ['examples/**', 'build/mutate/vitest-stand-in.js'],
  ignoreDependencies: [
    // Native, and in nobody's dependency tree: installed by `.ci/run` alone.
    'koffi',
    // Taken for Node's own module of that name.
    'buffer',
    // Programs that build/lint-package.js starts.
    ...['publint', '@arethetypeswrong/cli'],
    // Started by build/docs.js, with its plugin.
    ...['typedoc', 'typedoc-plugin-markdown'],
  ],
  // A name that its own file uses is there for whoever reads it; a type, for whoever names it.
  ignoreExportsUsedInFile: true,
  exclude: ['types'],
  // Rows of errors: the table takes them all together.
  ignoreIssues: { 'src/**/{errors,*-errors}.ts': ['exports', 'nsExports'] },
};
