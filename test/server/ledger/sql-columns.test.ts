/** Records in columns: what is written, compared and read back. */
import { expect, test } from 'vitest';
import {
  changedColumns,
  columnsOf,
  fixed,
  flagColumn,
  type Layout,
  markColumn,
  readRow,
  text,
  textColumn,
  valuesOf,
  wholeColumn,
} from '../../../src/server/ledger/sql/columns.js';

interface Thing {
  readonly id: string;
  readonly size?: number;
  readonly big: boolean;
  readonly marked?: true;
  readonly made: number;
}
const layout = (): Layout<Thing> => ({
  id: fixed(textColumn('thing_id')),
  size: wholeColumn('size'),
  big: flagColumn('big'),
  marked: markColumn('marked'),
  made: fixed(wholeColumn('made_at')),
});
const thing: Thing = { id: 'A', size: 7, big: true, marked: true, made: 1 };

test('a record is written whole, or what of it may change', () => {
  const of = layout();
  expect(columnsOf(of)).toEqual(['thing_id', 'size', 'big', 'marked', 'made_at']);
  expect(valuesOf(of, thing)).toEqual(['A', 7, 1, 1, 1]);
  expect(columnsOf(of, 'changing')).toEqual(['size', 'big', 'marked']);
  expect(valuesOf(of, thing, 'changing')).toEqual([7, 1, 1]);
  expect(valuesOf(of, { id: 'A', big: false, made: 1 })).toEqual(['A', null, 0, 0, 1]);
});

test('of a change only what differs is written, and never what is fixed', () => {
  const of = layout();
  expect(changedColumns(of, thing, { ...thing, id: 'B', made: 2 })).toEqual({
    columns: [],
    values: [],
  });
  const { size: _size, marked: _mark, ...less } = thing;
  expect(changedColumns(of, thing, { ...less, big: false })).toEqual({
    columns: ['size', 'big', 'marked'],
    values: [null, 0, 0],
  });
  expect(changedColumns(of, thing, { ...thing, size: 8 })).toEqual({
    columns: ['size'],
    values: [8],
  });
});

test('a row is read as the record was, also where numbers come as text', () => {
  const of = layout();
  const row = { thing_id: 'A', size: '7', big: '1', marked: '1', made_at: 1 };
  expect(readRow(of, row)).toEqual(thing);
  const none = { thing_id: 'A', size: null, big: 0, marked: 0, made_at: 1 };
  expect(readRow(of, none)).toEqual({ id: 'A', big: false, made: 1 });
  // A column that an older row lacks.
  expect(readRow(of, { thing_id: 'A', big: 0, made_at: 1 })).toEqual({
    ...{ id: 'A', big: false, made: 1 },
  });
  expect([text('x'), text(null), text(7)]).toEqual(['x', '', '']);
});

test('each layout is looked through once', () => {
  let looks = 0;
  const of = new Proxy(layout(), {
    ownKeys: (target) => {
      looks += 1;
      return Reflect.ownKeys(target);
    },
  });
  for (let n = 0; n < 3; n += 1) valuesOf(of, thing);
  expect(looks).toBe(1);
});
