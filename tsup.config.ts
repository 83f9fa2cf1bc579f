import { defineConfig, type Options } from 'tsup';
import { CLI, CLI_TOKEN, hasCli, presentEntries } from './build/entries.js';
import { pureChunks } from './build/pure-chunks.js';

/** Chinese stays Chinese: whoever searches dist for a text finds it. */
const readable: NonNullable<Options['esbuildOptions']> = (options) => {
  options.charset = 'utf8';
  // Maps name file and line of the sources; their text twice over would be a third of the tarball.
  options.sourcesContent = false;
};

const library: Options = {
  entry: Object.fromEntries(presentEntries.map(({ name, source }) => [name, source])),
  format: ['esm', 'cjs'],
  // tsup sets baseUrl when it makes types, which TypeScript 6 only takes with this word.
  dts: { compilerOptions: { ignoreDeprecations: '6.0' } },
  target: 'es2019',
  platform: 'neutral',
  // Stacks and debuggers show the sources, which the maps hold.
  sourcemap: true,
  // Subpaths share their rooms, in both formats: two of them never bring two copies of one.
  splitting: true,
  external: [/^node:/],
  plugins: pureChunks,
  // The DES engine comes bundled, and its files look for the scope they run in: a bare engine has
  // neither name, and reading them there ends the program. SHA-256 comes bundled too: as a package
  // it is an ES module for Node 20.19 and newer, and as a whole it makes BigInts when it loads.
  noExternal: [/^node-forge\//, /^@noble\/hashes/],
  define: { window: 'undefined', self: 'undefined' },
  esbuildOptions: readable,
};

const commandLine: Options = {
  entry: { [CLI.name]: CLI.source, [CLI_TOKEN.name]: CLI_TOKEN.source },
  format: ['esm'],
  target: 'node20',
  platform: 'node',
  plugins: pureChunks,
  // What a command imports when it needs it stays apart: `demo` asks for no web server.
  splitting: true,
  esbuildOptions: readable,
  // Bundled, so that an app team that imports the card side never installs it.
  noExternal: ['commander'],
  // commander is CommonJS and requires Node's modules, which an ES module cannot by itself.
  banner: {
    js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);",
  },
};

export default defineConfig(hasCli ? [library, commandLine] : [library]);
