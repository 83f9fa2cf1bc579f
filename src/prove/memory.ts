/**
 * What a walk remembers, so that it does nothing twice: equal tables are one object, and what came
 * of a piece of evidence is known wherever the same tables stand.
 */
import type { Snapshot } from '../server/index.js';
import { readSnapshot, type Tables } from '../server/ledger/memory-tables.js';

/** The canonical text of tables, and the randoms in it by the order in which they come. */
export interface TablesText {
  readonly id: number;
  readonly names: readonly string[];
}

/** Of one walk. */
export class Memory {
  private readonly tables = new Map<string, Tables>();
  private readonly results = new WeakMap<Tables, Map<string, unknown>>();
  private readonly texts = new WeakMap<Tables, TablesText>();
  private readonly ids = new Map<string, number>();

  /** The tables of this text that are known already. */
  same(text: string, tables: Tables): Tables {
    const known = this.tables.get(text);
    if (known === undefined) this.tables.set(text, tables);
    return known ?? tables;
  }

  /** What was found out about these tables before. */
  recall<T>(tables: Tables, key: string, find: () => T): T {
    let known = this.results.get(tables);
    if (known === undefined) this.results.set(tables, (known = new Map()));
    if (known.has(key)) return known.get(key) as T;
    const found = find();
    known.set(key, found);
    return found;
  }

  /** An order as these tables have it. */
  snapshot(tables: Tables, orderId: string): Snapshot | undefined {
    return this.recall(tables, `?${orderId}`, () => readSnapshot(tables, orderId));
  }

  /** A number for the tables' text. */
  textOf(
    tables: Tables,
    tell: () => { readonly text: string; readonly names: readonly string[] },
  ): TablesText {
    const known = this.texts.get(tables);
    if (known !== undefined) return known;
    const { text, names } = tell();
    const id = this.ids.get(text) ?? this.ids.size;
    this.ids.set(text, id);
    const made = { id, names };
    this.texts.set(tables, made);
    return made;
  }
}
