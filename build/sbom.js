/**
 * What is in the package, as CycloneDX: its dependencies with theirs, and what is built into dist,
 * which no installer would see. npm writes it from the lock file; what only the development needs
 * is left out, and so are time and serial number: the same source packs to the same bytes.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './entries.js';

/**
 * @typedef {{ 'bom-ref': string, name: string, scope: string, properties: object[] }} Component
 * @typedef {{ ref: string, dependsOn: string[] }} Dependency
 */

/**
 * The text of the file.
 * @param {readonly string[]} bundled
 */
export function sbom(bundled) {
  const said = execFileSync(
    'npm',
    ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'library', '--package-lock-only'],
    { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  const bom = JSON.parse(said);
  const { installed, versions } = lockedPackages();
  /** @type {Component[]} */
  const all = bom.components;
  const components = all
    .filter(({ name }) => installed.has(name) || bundled.includes(name))
    // A tool of ours may bring another version of the same.
    .filter((one) => refOf(one) === `${one.name}@${String(versions.get(one.name))}`)
    .map((component) => ({
      ...component,
      scope: 'required',
      properties: [
        {
          name: 'quancun:delivery',
          value: installed.has(component.name) ? 'installed' : 'built in',
        },
      ],
    }));
  const refs = new Set([bom.metadata.component['bom-ref'], ...components.map(refOf)]);
  /** @type {Dependency[]} */
  const edges = bom.dependencies;
  const dependencies = edges
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }));
  const { $schema, bomFormat, specVersion, version, metadata } = bom;
  const { lifecycles, tools } = metadata;
  // npm takes the name of the folder for the name of the component.
  const component = { ...metadata.component, name: 'quancun' };
  const about = { lifecycles, tools, component };
  const file = { $schema, bomFormat, specVersion, version, metadata: about };
  return `${JSON.stringify({ ...file, components, dependencies }, null, 2)}\n`;
}

/** @param {Component} component */
function refOf(component) {
  return component['bom-ref'];
}

/** What an installer of quancun gets along, by the lock file, without optional peers; versions. */
function lockedPackages() {
  /** @type {{ packages: Record<string, { version?: string, dependencies?: object }> }} */
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  /** @type {Set<string>} */
  const installed = new Set();
  /** @param {{ dependencies?: object }} of */
  const walk = ({ dependencies = {} }) => {
    for (const name of Object.keys(dependencies)) {
      if (installed.has(name)) continue;
      installed.add(name);
      walk(packages[`node_modules/${name}`] ?? {});
    }
  };
  walk(packages[''] ?? {});
  const top = Object.entries(packages).filter(([path]) => path.lastIndexOf('node_modules/') === 0);
  const versions = new Map(top.map(([path, { version }]) => [path.slice(13), version]));
  return { installed, versions };
}
