/** The house rules that a linter can check; those about imports are in test/tidy.test.ts. */
import { existsSync } from 'node:fs';
import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What a pure room must be handed instead of taking it from its host. */
const HOST_GLOBALS = [
  ...['process', 'Buffer', 'fetch', 'Date', 'console', 'crypto', 'performance'],
  ...['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'],
  ...['TextDecoder', 'TextEncoder', 'require', 'window', 'navigator', 'localStorage'],
].map((name) => ({
  name,
  message: 'This room is pure: what belongs to the host is handed in (see src/env.ts).',
}));

const NO_ENUM = {
  selector: 'TSEnumDeclaration',
  message: 'No enums: write a table `as const satisfies …`, or a union of texts.',
};
const NO_DEFAULT_EXPORT = {
  selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
  message: 'No default exports: a thing has one name everywhere.',
};
const NO_PRIVATE_NAME = {
  selector: 'PrivateIdentifier',
  message: 'The build targets ES2019, which has no #x. Use a closure or `private`.',
};
const NO_BIGINT = {
  selector: 'Literal[bigint]',
  message: 'Mini programs run ES2019 and have no BigInt.',
};
const NO_RANDOM = {
  selector: 'MemberExpression[object.name="Math"][property.name="random"]',
  message: 'Randomness is a parameter: env.random(size).',
};

/** Rules of the strict sets that work against the house style, each with its reason. */
const ADJUSTED = {
  'no-undef': 'off', // The compiler knows better.
  '@typescript-eslint/consistent-type-definitions': 'off',
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  // A message's type has the name that its declaration cannot give it.
  '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
  '@typescript-eslint/no-extraneous-class': 'off',
  // A guard against a caller in plain JavaScript is not unnecessary.
  '@typescript-eslint/no-unnecessary-condition': 'off',
  // What a command without data answers is nothing, and every command file says so.
  '@typescript-eslint/no-generated-empty-object-type': 'off',
  // There are no enums to be unsafe with (NO_ENUM): a quarter of the linter's time otherwise.
  '@typescript-eslint/no-unsafe-enum-assignment': 'off',
  '@typescript-eslint/no-unsafe-enum-comparison': 'off',
  // Bytes in tests are written field by field.
  '@typescript-eslint/no-unnecessary-template-expression': 'off',
  '@typescript-eslint/no-unnecessary-type-parameters': 'off',
  // A copy of the package in the other module format makes errors of the same shape.
  '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
  '@typescript-eslint/no-unused-vars': [
    'error',
    { ignoreRestSiblings: true, argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
  ],
  // `bytes[i] as number` says what a reader must know: the index is in range.
  '@typescript-eslint/non-nullable-type-assertion-style': 'off',
  // Byte code reads like its formula when it counts.
  '@typescript-eslint/prefer-for-of': 'off',
  // An async function without await turns a throw into a rejection, as its interface promises.
  '@typescript-eslint/require-await': 'off',
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/switch-exhaustiveness-check': [
    'error',
    { considerDefaultExhaustiveForUnions: true },
  ],
  '@typescript-eslint/triple-slash-reference': 'off',
  // A method of one of our interfaces may be taken off its object: none of them uses `this`.
  '@typescript-eslint/unbound-method': 'off',
};

export default defineConfig(
  // Components are checked by their own compiler, vue-tsc; logic stands in files beside them.
  // Without its packages nothing of the page has a type.
  { ignores: existsSync(`${import.meta.dirname}/demo/node_modules`) ? [] : ['demo/'] },
  { ignores: ['site/', '**/dist/', 'coverage/', 'docs/reference/', '**/node_modules/', '**/.*/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...ADJUSTED,
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
    },
  },
  {
    files: ['demo/**/*.ts'],
    languageOptions: {
      parserOptions: { project: './demo/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    files: ['**/*.js', '**/*.jsx', '**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        TextDecoder: 'readonly',
        Buffer: 'readonly',
        Request: 'readonly',
        Response: 'readonly',
      },
    },
    // React is what JSX is made of: nobody names it.
    rules: {
      'no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^(_|React$|App$)' },
      ],
    },
  },
  {
    // Pages and phones have names of their own.
    files: ['examples/**/*.{js,jsx,mjs}'],
    languageOptions: {
      parserOptions: { ecmaFeatures: { jsx: true } },
      globals: Object.fromEntries(
        [
          ...['document', 'indexedDB', 'fetch', 'AbortController', 'setTimeout', 'clearTimeout'],
          ...['wx', 'App', 'Page', 'getApp', 'require'],
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    rules: {
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300 }],
      // What a text says is one line; everything else fits the screen.
      'max-len': [
        'error',
        { code: 100, ignoreUrls: true, ignoreStrings: true, ignoreTemplateLiterals: true },
      ],
      'no-restricted-syntax': ['error', NO_ENUM],
    },
  },
  {
    files: ['src/**/*.ts', 'bench/**', 'build/**'],
    rules: { 'max-lines-per-function': ['error', { max: 70 }] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/**/*.d.ts'],
    rules: { 'no-restricted-syntax': ['error', NO_ENUM, NO_DEFAULT_EXPORT, NO_PRIVATE_NAME] },
  },
  {
    files: ['src/**/*.ts'],
    ignores: [
      ...['src/**/*.d.ts', 'src/transport/drivers/**', 'src/server/**', 'src/cli/**'],
      // Servers of their own, which stand in for another company's.
      'src/testing/providers/**',
    ],
    rules: {
      'no-restricted-globals': ['error', { globals: HOST_GLOBALS, checkGlobalObject: true }],
      'no-restricted-syntax': [
        'error',
        ...[NO_ENUM, NO_DEFAULT_EXPORT, NO_PRIVATE_NAME, NO_BIGINT, NO_RANDOM],
      ],
    },
  },
  {
    // Drivers over host objects that are handed in need nothing of their host.
    files: ['src/transport/drivers/ble-box/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', { globals: HOST_GLOBALS, checkGlobalObject: true }],
      'no-restricted-syntax': [
        'error',
        ...[NO_ENUM, NO_DEFAULT_EXPORT, NO_PRIVATE_NAME, NO_BIGINT, NO_RANDOM],
      ],
    },
  },
  {
    // The one feature test of the pure rooms: `globalThis.TextDecoder`, never the bare name.
    files: ['src/gbk.ts', 'src/gbk/**/*.ts'],
    rules: { 'no-restricted-globals': ['error', ...HOST_GLOBALS] },
  },
);
