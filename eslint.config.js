import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import ts from 'typescript-eslint';

/** A duration or a length without its unit is read wrongly sooner or later. */
const BARE_NAMES = ['timeout', 'duration', 'interval', 'delay', 'elapsed'];

/** What plain scripts use; in TypeScript the compiler knows. */
const NODE_GLOBALS = [
  ...['process', 'console', 'performance', 'module', 'globalThis', 'fetch', 'queueMicrotask'],
  ...['Buffer', 'URL', 'URLSearchParams', 'TextDecoder', 'TextEncoder', 'AbortController', 'AbortSignal'],
  ...['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate'],
];

const readsEnvironment = {
  selector: "MemberExpression[object.name='process'][property.name='env']",
  message: 'Settings come from src/config; only it and bin/ read the environment.',
};

const declares = ['VariableDeclarator > Identifier.id', ':function > Identifier.params'];

const bareName = (places) => ({
  selector: `:matches(${places.join(', ')})[name=/^(${BARE_NAMES.join('|')})$/]`,
  message: 'Name the unit: …Ms, …Samples, …Bytes.',
});

// `window[i]!` inside a bounded loop is what noUncheckedIndexedAccess leaves; anything else is a guess.
const assertsPresence = {
  selector: "TSNonNullExpression:not([expression.type='MemberExpression'][expression.computed=true])",
  message: 'Handle the missing case; only an index a loop has bounded may be asserted.',
};

const noEnums = { selector: 'TSEnumDeclaration', message: 'Use a union of literals.' };

const always = [noEnums, assertsPresence];

export default defineConfig(
  globalIgnores(['dist/', 'coverage/', '.cache/', 'training/', 'bench/runs/', 'web/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error', noInlineConfig: true } },
  js.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [ts.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      // `${count}` is clear; objects are still refused.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
      // `() => log(x)` reads better than a block for one call.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      // Index signatures are read with brackets (noPropertyAccessFromIndexSignature), checked by tsc.
      '@typescript-eslint/dot-notation': 'off',
      // Replaced by assertsPresence.
      '@typescript-eslint/no-non-null-assertion': 'off',
      'no-async-promise-executor': 'error',
      eqeqeq: 'error',
      'max-lines': ['error', { max: 350 }],
      'max-lines-per-function': ['error', { max: 60, skipComments: true, skipBlankLines: true }],
      'max-params': 'off',
      '@typescript-eslint/max-params': ['error', { max: 3 }],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    rules: {
      'no-console': 'error',
      'no-restricted-syntax': [
        'error',
        ...always,
        readsEnvironment,
        bareName([...declares, 'TSPropertySignature > Identifier.key']),
      ],
    },
  },
  {
    // Keys there are flag names, and `--timeout 5s` carries its unit in the value.
    files: ['src/{cli,commands}/**/*.{ts,tsx}'],
    rules: { 'no-restricted-syntax': ['error', ...always, readsEnvironment, bareName(declares)] },
  },
  {
    files: ['src/config/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...always, bareName(declares)] },
  },
  {
    files: ['test/**/*.{ts,tsx}'],
    rules: {
      // A describe block is a list of cases, not a function somebody has to hold in mind.
      'max-lines-per-function': 'off',
      'max-lines': ['error', { max: 500 }],
      // Fakes implement asynchronous ports without waiting for anything.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      // Messages are read as they come off the wire, and matchers are `any` by their types.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: Object.fromEntries(NODE_GLOBALS.map((name) => [name, 'readonly'])),
    },
    rules: { 'max-lines': ['error', { max: 350 }], 'max-lines-per-function': ['error', { max: 60 }] },
  },
);
