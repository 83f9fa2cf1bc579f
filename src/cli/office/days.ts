/** `office takings`, `day`, `days`: 交班, and how days stand. */
import type { Command } from 'commander';
import { rangeOfDays } from '../../load/index.js';
import { formatYuan } from '../../money.js';
import { openOffice } from '../options/server-options.js';
import { fromOption, type Output } from '../output.js';
import { configureOffice, type OfficeOptions } from './as-person.js';
import { eachPage, EXAMPLE, officeCommand, readDay } from './command.js';
import { readCounted } from './counted.js';
import { methodName, tellDay } from './tell-day.js';

interface TakingsOptions extends OfficeOptions {
  readonly day: string;
  readonly outlet?: string;
  readonly person?: string;
  readonly shift?: string;
  readonly counted?: string;
}

interface DayOptions extends OfficeOptions {
  readonly outlet: string;
  readonly day: string;
}

interface DaysOptions extends OfficeOptions {
  readonly outlet?: string;
  readonly from?: string;
  readonly to?: string;
}

/** Adds them. */
export function registerDays(office: Command): void {
  const takings = officeCommand(
    office,
    'takings',
    '交班: what came in and went back, by outlet, person, shift and method',
    '--login',
  )
    .requiredOption('--day <date>', 'YYYY-MM-DD, in China')
    .option('--outlet <name>', 'of this outlet')
    .option('--person <name>', 'taken by this person')
    .option('--shift <name>', 'taken in this shift')
    .option('--counted <list>', 'what was counted, such as cash=1234.50,pos=100');
  const example = `office takings ${EXAMPLE} --day 2026-11-24 --shift S1 --counted cash=1234.50`;
  configureOffice<TakingsOptions>(
    takings,
    example,
    (_args, options, output) => tellTakings(options, output),
    ({ login }) => login,
  );
  const day = officeCommand(office, 'day', 'a day of an outlet: closed, or what it comes to now')
    .requiredOption('--outlet <name>', 'as the orders have it')
    .requiredOption('--day <date>', 'YYYY-MM-DD, in China');
  const showing = `office day ${EXAMPLE} --outlet east --day 2026-11-24`;
  configureOffice<DayOptions>(day, showing, async (_args, options, output) => {
    const name = readDay('--day', options.day);
    tellDay(await openOffice(options).showDay(options.outlet, name), output);
    return true;
  });
  const days = officeCommand(office, 'days', 'closed days, newest first')
    .option('--outlet <name>', 'of this outlet')
    .option('--from <date>', 'YYYY-MM-DD')
    .option('--to <date>', 'YYYY-MM-DD, that day included');
  configureOffice<DaysOptions>(days, `office days ${EXAMPLE}`, (_args, options, output) =>
    tellDays(options, output),
  );
}

async function tellTakings(options: TakingsOptions, output: Output): Promise<boolean> {
  const { day, outlet, person, shift } = options;
  const range = fromOption(() => rangeOfDays(readDay('--day', day), day));
  const counted = readCounted('--counted', options.counted);
  const { takings } = await openOffice(options).sumTakings({
    ...range,
    ...(outlet === undefined ? {} : { outlet }),
    ...(person === undefined ? {} : { person }),
    ...(shift === undefined ? {} : { shift }),
  });
  const systemFen = new Map<string, number>(counted.map(({ method }) => [method, 0]));
  for (const one of takings) {
    const fen = one.kind === 'refunded' ? -one.amountFen : one.amountFen;
    systemFen.set(one.method, (systemFen.get(one.method) ?? 0) + fen);
    const who = [one.person ?? one.by ?? '-', one.shift ?? '-'].join(' / ');
    const words = [one.outlet, who, methodName(one.method, output), `${String(one.count)} ×`];
    output.line(`${formatYuan(fen).padStart(14)}  ${words.join('  ')}`);
    output.event('taking', { ...one });
  }
  let agrees = true;
  for (const [method, fen] of systemFen) {
    const count = counted.find((one) => one.method === method);
    const differenceFen = count === undefined ? 0 : count.countedFen - fen;
    agrees &&= differenceFen === 0;
    const name = methodName(method, output);
    const [books, was] = [formatYuan(fen), formatYuan(count?.countedFen ?? 0)];
    const said =
      count === undefined
        ? { en: 'not counted', zh: '未清点' }
        : {
            en: `counted ${was}, difference ${formatYuan(differenceFen)}`,
            zh: `清点 ${was}，差额 ${formatYuan(differenceFen)}`,
          };
    output.line({
      en: `${name}: books ${books}, ${said.en}`,
      zh: `${name}：账面 ${books}，${said.zh}`,
    });
    const of = count === undefined ? {} : { countedFen: count.countedFen, differenceFen };
    output.event('method', { method, systemFen: fen, ...of });
  }
  // Whoever counts expects it to be kept: it is, with the close of the day.
  if (counted.length > 0) output.line(NOT_KEPT);
  return agrees;
}

const NOT_KEPT = {
  en: 'Nothing was written down: what is counted is kept by the close of the day (office close-day).',
  zh: '仅作核对，未保存；清点金额在日结时登记（office close-day）。',
};

async function tellDays({ outlet, from, to, ...options }: DaysOptions, output: Output) {
  const office = openOffice(options);
  const asked = {
    ...(outlet === undefined ? {} : { outlet }),
    ...(from === undefined ? {} : { fromDay: readDay('--from', from) }),
    ...(to === undefined ? {} : { toDay: readDay('--to', to) }),
    limit: 100,
  };
  return eachPage(async (cursor: string | undefined) => {
    const page = await office.findDays({ ...asked, ...(cursor === undefined ? {} : { cursor }) });
    for (const day of page.days) tellDay(day, output);
    return page.next;
  });
}
