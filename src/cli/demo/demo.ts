/**
 * `demo`: the whole story with nothing but this package. A simulated card, an authority in the same
 * process, a load that is torn out of the reader twice - once before the card was written, once
 * after - and both repaired by 圈存. At the end card and ledger are compared to the fen.
 */
import type { Command } from 'commander';
import { QuancunError } from '../../errors.js';
import { formatYuan } from '../../money.js';
import { createDemoShop, type DemoShop } from './shop.js';
import { tellLoad, tellStage } from '../load-texts.js';
import { tellCard } from './tell-card.js';
import { type CommonOptions, type Output, wrongOption } from '../output.js';
import { writeText } from '../options/files.js';
import { configure } from '../run.js';
import { expectBalance } from '../../terminal/index.js';
import { DEMO_BOOKS_DIFFER } from '../errors.js';

interface DemoOptions extends CommonOptions {
  readonly cipher: string;
  readonly trace?: string;
}

const OPENING_FEN = 5_000;
const AMOUNT_FEN = 10_000;
const TOLL_FEN = 1_234;

/** Adds `demo`. */
export function registerDemo(program: Command): void {
  const command = program
    .command('demo')
    .description(
      'the whole story on a simulated card: recharge, pull the card out, repair it by 圈存',
    )
    .option('--cipher <3des|sm4>', 'a 3DES card (version 4x) or an SM4 card (version 5x)', '3des')
    .option('--trace <file>', 'write the recorded, redacted session to this file');
  configure<DemoOptions>(command, 'demo --lang zh', async (_args, options, output) => {
    if (options.cipher !== '3des' && options.cipher !== 'sm4') {
      throw wrongOption('--cipher', '3des | sm4');
    }
    const shop = await createDemoShop(options.cipher, OPENING_FEN);
    try {
      tellStore(shop, output);
      await tell(shop, output);
    } finally {
      await shop.close();
    }
    if (options.trace !== undefined) writeText(options.trace, shop.trace());
    return true;
  });
}

function tellStore({ store }: DemoShop, output: Output): void {
  output.line(
    store === 'sqlite'
      ? {
          en: 'A simulated card, and an authority whose ledger is SQLite in a temporary folder.',
          zh: '模拟卡，授权中心账本为临时目录中的 SQLite。',
        }
      : {
          en: 'A simulated card, and an authority whose ledger is in memory; for SQLite: npm install node-sqlite3-wasm',
          zh: '模拟卡，授权中心账本在内存中；如需 SQLite：npm install node-sqlite3-wasm',
        },
  );
  output.event('store', { store });
}

/** The story, in the order in which it happens. */
async function tell(shop: DemoShop, output: Output): Promise<void> {
  output.title({ en: '1  Read the card', zh: '1  读卡' });
  tellCard(await shop.read(), output);

  output.title({ en: '2  Recharge 100.00 yuan', zh: '2  充值 100.00 元' });
  tellLoad(await shop.recharge(AMOUNT_FEN, tellStage(output)), output);

  output.title({
    en: '3  Recharge 100.00 more, and the card is pulled out during CREDIT FOR LOAD',
    zh: '3  再充值 100.00 元，写卡命令执行中拔卡',
  });
  shop.tearNextCredit('after');
  tellLoad(await shop.recharge(AMOUNT_FEN, tellStage(output)), output);
  output.line({
    en: '   Was the card written? From outside nobody can tell. Nothing is sent again, nothing refunded.',
    zh: '   卡片写入了吗？外部无从得知。不重发、不退款，订单保留。',
  });

  output.title({ en: '4  A second recharge in between is refused', zh: '4  期间再次充值：拒绝' });
  tellLoad(await shop.recharge(AMOUNT_FEN, tellStage(output)), output);

  output.title({
    en: `5  The car drives through a toll gate: ${formatYuan(TOLL_FEN)} yuan`,
    zh: `5  车辆通过收费站，扣费 ${formatYuan(TOLL_FEN)} 元`,
  });
  await shop.passTollGate(TOLL_FEN);
  output.line({
    en: '   The balance is no evidence any more. The counter and the TAC still are.',
    zh: '   余额已不能作为依据，联机交易序号与 TAC 仍然可以。',
  });

  output.title({ en: '6  圈存 (load) at another terminal', zh: '6  在另一台终端圈存' });
  tellLoad(await shop.load(tellStage(output)), output);

  output.title({
    en: '7  Recharge 100.00 again, and pull the card out just before it is written',
    zh: '7  再充值 100.00 元，写卡命令到达前拔卡',
  });
  shop.tearNextCredit('before');
  tellLoad(await shop.recharge(AMOUNT_FEN, tellStage(output)), output);
  output.line({
    en: '   To the terminal this looks exactly like step 3.',
    zh: '   在终端看来与第 3 步完全一样。',
  });

  output.title({ en: '8  圈存 (load)', zh: '8  圈存' });
  tellLoad(await shop.load(tellStage(output)), output);

  output.title({ en: '9  Card and ledger, to the fen', zh: '9  卡片与账本，逐分核对' });
  await compareBooks(shop, output);
}

/** Three independent counts of the same money have to agree. */
async function compareBooks(shop: DemoShop, output: Output): Promise<void> {
  const balanceFen = expectBalance(await shop.read());
  const books = await shop.totals();
  const loadedFen = 3 * AMOUNT_FEN;
  const expectedFen = OPENING_FEN + loadedFen - TOLL_FEN;
  const yuan = (amountFen: number): string => formatYuan(amountFen).padStart(10);
  output.line({
    en: `   card    ${yuan(balanceFen)} = ${formatYuan(OPENING_FEN)} + 3 × ${formatYuan(AMOUNT_FEN)} − ${formatYuan(TOLL_FEN)}`,
    zh: `   卡内余额 ${yuan(balanceFen)} = ${formatYuan(OPENING_FEN)} + 3 × ${formatYuan(AMOUNT_FEN)} − ${formatYuan(TOLL_FEN)}`,
  });
  output.line({
    en: `   ledger  ${yuan(books.cash)} taken, ${formatYuan(-books['card-float'])} on cards, ${formatYuan(Math.abs(books.liability))} waiting, ${formatYuan(Math.abs(books['refunds-due']))} owed back`,
    zh: `   账本    ${yuan(books.cash)} 收款，${formatYuan(-books['card-float'])} 已入卡，${formatYuan(Math.abs(books.liability))} 待圈存，${formatYuan(Math.abs(books['refunds-due']))} 待退款`,
  });
  const sumFen = Object.values(books).reduce((sum, amountFen) => sum + amountFen, 0);
  const agrees =
    balanceFen === expectedFen &&
    books.cash === loadedFen &&
    books['card-float'] === -loadedFen &&
    sumFen === 0;
  output.event('books', { balanceFen, expectedFen, ...books, agrees });
  if (!agrees) {
    const what = `${formatYuan(balanceFen)} / ${formatYuan(expectedFen)}`;
    throw new QuancunError(DEMO_BOOKS_DIFFER, { details: { what } });
  }
  output.line({ en: '   They agree. ✓', zh: '   一致。✓' });
}
