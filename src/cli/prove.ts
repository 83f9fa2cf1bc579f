/** `prove`: walks everything that can happen, and says what it saw; offline, with nothing else. */
import type { Command } from 'commander';
import {
  type Exit,
  explore,
  exploreMutants,
  type Findings,
  findWorld,
  FULL_SHARE,
  LONGEST_STORY,
  MUTANTS,
  replay,
  SHARE,
  SHIPPED,
  type Story,
  WORLDS,
} from '../prove/index.js';
import { readJson, writeText } from './options/files.js';
import { wholeNumber } from './options/whole-number.js';
import { type CommonOptions, fromOption, type Output, wrongOption } from './output.js';
import { configure, nodeEnv } from './run.js';

interface ProveOptions extends CommonOptions {
  readonly full?: boolean;
  readonly minutes?: string;
  readonly replay?: string;
  readonly story: string;
}

/** How an order can end, for people. */
const EXIT_TEXTS: Readonly<Record<Exit, { readonly en: string; readonly zh: string }>> = {
  visit: { en: 'visit', zh: '持卡到场' },
  office: { en: 'office', zh: '柜台' },
  people: { en: 'two people', zh: '双人' },
  'card-taken-in': { en: 'card taken in', zh: '收卡' },
  none: { en: 'nobody', zh: '无法了结' },
};

const MINUTE_MS = 60_000;

/** Adds `prove`. */
export function registerProve(program: Command): void {
  const command = program
    .command('prove')
    .description('walks the load protocol through everything that can happen, to the end')
    .option('--full', 'more than a million states: what every release has passed')
    .option('--minutes <n>', 'walk on for this long')
    .option('--story <file>', 'where a failure is written down', 'prove-story.json')
    .option('--replay <file>', 'tell a written story again');
  configure<ProveOptions>(command, 'prove', (_args, options, output) =>
    Promise.resolve(
      options.replay === undefined ? prove(options, output) : tellAgain(options.replay, output),
    ),
  );
}

function prove({ full, minutes, story: file }: ProveOptions, output: Output): boolean {
  const forMs =
    minutes === undefined ? undefined : wholeNumber('--minutes', minutes, 10_000) * MINUTE_MS;
  const beganMs = nodeEnv.now();
  let states = 0;
  let steps = 0;
  for (const [index, world] of WORLDS.entries()) {
    // Each world has the same share of the time; what one leaves over the next ones have.
    const leftMs = forMs === undefined ? undefined : forMs - (nodeEnv.now() - beganMs);
    const endMs =
      leftMs === undefined ? undefined : nodeEnv.now() + leftMs / (WORLDS.length - index);
    const found = explore(world, SHIPPED, {
      maxStates: forMs !== undefined ? Infinity : full === true ? FULL_SHARE : SHARE,
      ...(endMs === undefined ? {} : { isOver: () => nodeEnv.now() > endMs }),
    });
    tellWorld(found, output);
    states += found.states;
    steps += found.steps;
    if (found.story !== undefined) return fail(found.story, file, output);
    if (found.states === 0)
      return fail({ world: world.name, events: [], law: 'an empty walk' }, file, output);
  }
  const seconds = Math.max(1, nodeEnv.now() - beganMs) / 1000;
  const isCaught = tellMutants(output);
  const total = { worlds: WORLDS.length, states, steps, seconds: Math.round(seconds) };
  const rate = Math.round(states / seconds);
  output.title({
    en: `${String(states)} states, ${String(steps)} steps, ${String(rate)} states a second: no law broken, no order that nobody can end.`,
    zh: `共 ${String(states)} 个状态、${String(steps)} 步，每秒 ${String(rate)} 个状态：未发现违例，任何订单均可了结。`,
  });
  output.event('proved', { ...total, statesPerSecond: rate, isCaught });
  return isCaught && states > 0 && WORLDS.length > 0;
}

function tellWorld({ story, ...found }: Findings, output: Output): void {
  const { world, states, depth, isWhole, exits } = found;
  const seen = isWhole
    ? output.pick({ en: 'all', zh: '全部' })
    : output.pick({ en: `to ${String(depth)} events`, zh: `至 ${String(depth)} 步` });
  const ends = Object.entries(exits)
    .filter(([, count]) => count > 0)
    .map(([exit, count]) => `${output.pick(EXIT_TEXTS[exit as Exit])} ${String(count)}`)
    .join(', ');
  output.line(
    `${story === undefined ? '✓' : '✗'} ${world.padEnd(52)} ${String(states).padStart(8)}  ${seen}  (${ends})`,
  );
  output.event('world', found);
}

/** Ten and more broken policies: a walk that does not find them out proves nothing. */
function tellMutants(output: Output): boolean {
  output.title({
    en: 'Broken policies, each by its shortest story',
    zh: '有缺陷的策略及其最短反例',
  });
  let caught = 0;
  for (const [name, { story, states }] of exploreMutants()) {
    const length = story?.events.length ?? 0;
    const isCaught = story !== undefined && length <= LONGEST_STORY;
    if (isCaught) caught += 1;
    const told = output.pick({ en: `${String(length)} events: `, zh: `${String(length)} 步：` });
    output.line(`${isCaught ? '✓' : '✗'} ${name}\n    ${told}${story?.law ?? '-'}`);
    output.event('mutant', {
      name,
      states,
      isCaught,
      events: story?.events ?? [],
      law: story?.law,
    });
  }
  return caught === MUTANTS.length && caught >= 10;
}

function fail(story: Story, file: string, output: Output): boolean {
  writeText(file, `${JSON.stringify(story, null, 2)}\n`);
  output.title(story.law);
  for (const name of story.events) output.line(`  ${name}`);
  output.line({
    en: `Written to ${file}; quancun prove --replay ${file} tells it again.`,
    zh: `已写入 ${file}；用 quancun prove --replay ${file} 重放。`,
  });
  output.event('violation', { ...story, file });
  return false;
}

function tellAgain(file: string, output: Output): boolean {
  const { story, world, rules } = fromOption(() => {
    const read = readJson(file) as Partial<Story & { readonly mutant: string }>;
    const found = findWorld(read.world ?? '', read.mutant);
    if (found === undefined || !Array.isArray(read.events)) {
      throw wrongOption('--replay', {
        en: 'a story that prove has written',
        zh: 'prove 写出的记录文件',
      });
    }
    return { ...found, story: read as Story };
  });
  const told = replay(story, world, rules);
  for (const { name, orders } of told.events) {
    output.line(`${name.padEnd(52)} ${orders}`);
    output.event('step', { name, orders });
  }
  const { law } = told;
  output.title(law ?? { en: 'This does not happen any more.', zh: '该情形已不再发生。' });
  output.event('replayed', { law: law ?? null });
  return law === undefined;
}
