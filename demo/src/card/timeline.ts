/** What went over the reader, newest last: redacted before it is kept. */
import { parseTrace, type TraceExchange } from 'quancun/transport';
import { shallowReactive } from 'vue';

export interface Line extends TraceExchange {
  readonly atMs: number;
  readonly number: number;
}

const MOST = 200;

export const timeline = shallowReactive<Line[]>([]);

let count = 0;

/** The sink of `withTrace`. */
export function noteLines(text: string): void {
  for (const exchange of parseTrace(text).exchanges) {
    count += 1;
    timeline.push({ ...exchange, atMs: Date.now(), number: count });
  }
  if (timeline.length > MOST) timeline.splice(0, timeline.length - MOST);
}

export function clearTimeline(): void {
  timeline.splice(0);
}
