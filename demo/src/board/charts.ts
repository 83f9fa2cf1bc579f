/** Bars of the board, by Chart.js with no more of it than they need. */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Legend,
  LinearScale,
  Tooltip,
} from 'chart.js';
import type { Group } from './figures.js';

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, Tooltip);

/** Told apart without colour, too: each is named in the legend, and has its number in the table. */
export const COLOURS: Readonly<Record<Group, string>> = {
  credited: '#0f6b34',
  held: '#c97a00',
  open: '#5b7fa6',
  refund: '#7a4fb0',
  frozen: '#a6121f',
  closed: '#8a96a3',
};

const INK = '#10151c';
const GRID = '#d5dce3';

/** A row of bars. */
export interface Bars {
  readonly label: string;
  readonly colour: string | readonly string[];
  readonly values: readonly number[];
}

/** What a drawing is made of. */
export interface Drawing {
  readonly labels: readonly string[];
  readonly bars: readonly Bars[];
  /** Lying bars, for few of them with long names. */
  readonly lies: boolean;
  /** Of the letters, in CSS pixels: a large screen is read from afar. */
  readonly letterPx: number;
}

/** A chart in a canvas, which draws whatever it is given next. */
export interface Board {
  draw(drawing: Drawing): void;
  end(): void;
}

/** Makes it. Nothing moves: figures are read, not watched. */
export function openChart(canvas: HTMLCanvasElement): Board {
  let chart: Chart<'bar'> | undefined;
  let madeFor = '';
  return {
    draw: (drawing) => {
      const kind = `${String(drawing.lies)} ${String(drawing.letterPx)}`;
      if (chart === undefined || madeFor !== kind) {
        chart?.destroy();
        chart = new Chart(canvas, configOf(drawing));
        madeFor = kind;
        return;
      }
      chart.data = dataOf(drawing);
      chart.update();
    },
    end: () => chart?.destroy(),
  };
}

function dataOf({ labels, bars }: Drawing): ChartConfiguration<'bar'>['data'] {
  return {
    labels: [...labels],
    datasets: bars.map(({ label, colour, values }) => ({
      ...{ label, data: [...values], stack: 'all' },
      backgroundColor: typeof colour === 'string' ? colour : [...colour],
    })),
  };
}

function configOf(drawing: Drawing): ChartConfiguration<'bar'> {
  const { lies, bars, letterPx } = drawing;
  const font = { size: letterPx };
  const ticks = { color: INK, font };
  // Half an order is none.
  const counts = { ticks: { ...ticks, precision: 0 }, grid: { color: GRID }, beginAtZero: true };
  const names = { ticks: { ...ticks, autoSkip: true, maxRotation: 0 }, grid: { display: false } };
  return {
    type: 'bar',
    data: dataOf(drawing),
    options: {
      ...{ animation: false, responsive: true, maintainAspectRatio: false },
      indexAxis: lies ? 'y' : 'x',
      plugins: {
        legend: { display: bars.length > 1, labels: { color: INK, font, boxWidth: letterPx } },
        tooltip: { bodyFont: font, titleFont: font },
      },
      scales: {
        x: { ...(lies ? counts : names), stacked: true },
        y: { ...(lies ? names : counts), stacked: true },
      },
    },
  };
}
