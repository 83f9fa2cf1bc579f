/** The sources, and what each imports. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../../src/', import.meta.url));

/** One import, static or lazy. */
export interface Import {
  readonly target: string;
  readonly isType: boolean;
  readonly names: readonly string[];
}

/** A source file; its path has no extension. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

/** Every file of src that is no declaration. */
export const sourceFiles: readonly SourceFile[] = readdirSync(SRC, {
  recursive: true,
  encoding: 'utf8',
})
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.d.ts'))
  .map((path) => {
    const text = readFileSync(join(SRC, path), 'utf8');
    const found = text.matchAll(/^(?:import|export)\s([^;]*?)from '(\.[^']*)\.js'/gm);
    // What is loaded when it is needed is imported all the same.
    const lazy = [...text.matchAll(/\bimport\(()'(\.[^']*)\.js'\)/g)];
    const imports = [...found, ...lazy].map(([, names = '', target = '']) => ({
      target: join(dirname(path), target),
      isType: names.startsWith('type '),
      names: names
        .replace(/\btype\b|[{}]/g, '')
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean),
    }));
    return { path: path.replace(/\.ts$/, ''), text, imports };
  });
