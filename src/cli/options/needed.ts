/** Optional packages: loaded when a command needs one, and named when it is not there. */
import { QuancunError } from '../../errors.js';
import { UsageError } from '../output.js';
import { PACKAGE_MISSING } from '../errors.js';

/** An optional package, or the words that say how to get it. */
export async function needed<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new UsageError(new QuancunError(PACKAGE_MISSING, { details: { name }, cause }));
  }
}
