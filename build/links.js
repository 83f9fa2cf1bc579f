/**
 * Every address of the project comes from one: `homepage` in package.json. As long as nobody owns
 * it, it stands under `.invalid`, a packed manifest names no address, and a release is refused.
 */

/** @param {string} homepage */
export function isPlaceholder(homepage) {
  return new URL(homepage).hostname.endsWith('.invalid');
}

/**
 * What a packed manifest says of where the project lives.
 * @param {string} homepage
 * @returns {Record<string, unknown>}
 */
export function linksOf(homepage) {
  if (isPlaceholder(homepage)) return {};
  return {
    homepage,
    repository: { type: 'git', url: `git+${homepage}.git` },
    bugs: { url: `${homepage}/issues` },
  };
}
