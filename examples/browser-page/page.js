/**
 * A page with a simulated card and an authority of its own: what an app shows at each step and each
 * end, without a reader and a server. Swap `transport` and `authority` for your host's.
 */
import { envFrom, formatYuan, isQuancunError, load, parseYuan, readCard, recharge } from 'quancun';
import { createVirtualCard, personalise } from 'quancun/simulator';
import { indexedDbIntentStore } from 'quancun/terminal';
import { createTestAuthority, withFaults } from 'quancun/testing';
import { simulatorTransport } from 'quancun/transport/simulator';

const element = (id) => document.getElementById(id);
const env = envFrom(globalThis);
const { authority } = createTestAuthority({ env });
const card = createVirtualCard(personalise({ kind: '3des-4x', balanceFen: 5000 }));
// A reload does not forget what a customer has paid.
const intents = indexedDbIntentStore(indexedDB);

/** The eleventh exchange of a recharge is CREDIT FOR LOAD: executed, and its answer lost. */
const TORN = [{ exchange: 11, kind: 'lose-after' }];

function visit({ torn = false } = {}) {
  element('stages').replaceChildren();
  return {
    ...{ authority, env, intents },
    transport: withFaults(simulatorTransport(card), torn ? TORN : []),
    terminal: '000440101001',
    pin: '123456',
    onStage: (stage) => {
      element('stages').append(Object.assign(document.createElement('li'), { textContent: stage }));
    },
  };
}

async function show() {
  const { issue, balanceFen } = await readCard(simulatorTransport(card));
  element('plate').textContent = issue.plate;
  element('balance').textContent = formatYuan(balanceFen);
}

/** One act at a time: the buttons sleep while a card is written. */
async function act(work) {
  const buttons = [element('recharge'), element('load')];
  for (const button of buttons) button.disabled = true;
  try {
    element('said').textContent = tell(await work());
  } catch (error) {
    if (!isQuancunError(error)) throw error;
    element('said').textContent = `${error.messageZh}。${error.hint.zh}`;
  } finally {
    for (const button of buttons) button.disabled = false;
    await show();
  }
}

function tell(result) {
  if (result.outcome === 'credited') return `充值成功，${formatYuan(result.amountFen)} 元已到卡。`;
  // `next` is the button to press; money is taken again only where it says 'recharge'.
  return `${result.error.messageZh}。${result.error.hint.zh}（next: ${result.next}）`;
}

element('recharge').addEventListener('click', () =>
  act(() =>
    recharge({
      ...visit({ torn: element('tear').checked }),
      amountFen: parseYuan(element('amount').value),
      outlet: 'self',
      takePayment: async ({ orderId, amountFen }) => {
        return { provider: 'pos', transactionId: orderId, amountFen };
      },
    }),
  ),
);
element('load').addEventListener('click', () => act(() => load(visit())));
await show();
