/** What all charts share: their input, scales, axes and legend. A chart never says by colour alone: the same numbers stand in a table. */
import { grouped } from '../text/index.js';
import { html, type Html } from './html.js';

export interface Series {
  name: string;
  /** One for each label; null where it is not known. */
  values: readonly (number | null)[];
}

export interface Chart {
  /** Unique in the page: letters, digits and hyphens. */
  id: string;
  title: string;
  /** What one sees in it, in a sentence: for those who cannot. */
  description: string;
  /** Of the columns, such as dates. */
  labels: readonly string[];
  series: readonly Series[];
  /** Columns of which a part is not known; none where it is absent. */
  partly?: readonly boolean[];
  /** Where the values begin; default 0. */
  from?: number;
}

const WIDTH = 720;
const LINE_HEIGHT = 18;
const CHARACTER_WIDTH = 6.6;
const SWATCH = 24;

/** Dark to light, so that they differ in greyscale as well; each has a contrast of 3 against white. */
const COLORS = ['#1f4e79', '#b3541e', '#2e7d5b', '#7b4fa3', '#8a8f98'];
export const colorOf = (index: number): string => COLORS[index % COLORS.length] ?? '';
/** A line, and the hatching of a bar, of those that have a colour which is used before. */
export const isSecond = (index: number): boolean => index >= COLORS.length;
export const DASHES = ['none', '7 4', '2 3', '10 3 2 3', '4 2'];

export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
  /** From the values at its foot and head. */
  low: number;
  high: number;
  ticks: number[];
}

const PLOT_HEIGHT = 190;

/** The plot, below a legend of so many rows. */
export function frameOf(low: number, high: number, legendRows: number): Frame {
  const ticks = ticksOf(low, high);
  const [first = 0] = ticks;
  const last = ticks.at(-1) ?? 1;
  const left = 14 + CHARACTER_WIDTH * Math.max(...ticks.map((tick) => tickText(tick).length));
  return {
    ...{ left, top: 14 + LINE_HEIGHT * legendRows, width: WIDTH - left - 12, height: PLOT_HEIGHT },
    ...{ low: first, high: last, ticks },
  };
}

/** At most six round numbers that hold both ends. */
function ticksOf(low: number, high: number): number[] {
  const span = Math.max(high - low, 1e-9);
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((each) => each * power >= rough * 0.999) ?? 10) * power;
  // A count has no halves.
  const whole = Number.isInteger(low) && Number.isInteger(high) ? Math.max(1, step) : step;
  const from = Math.floor(low / whole);
  const to = Math.max(Math.ceil(high / whole), from + 1);
  return Array.from({ length: to - from + 1 }, (_, at) => rounded((from + at) * whole));
}

/** Without the noise of binary fractions. */
const rounded = (value: number): number => Number(value.toPrecision(12));

export const tickText = (value: number): string => (Number.isInteger(value) ? grouped(value) : String(value));

export const yOf = ({ top, height, low, high }: Frame, value: number): number =>
  at(top + height - ((value - low) / (high - low)) * height);

/** One decimal: enough for a pixel. */
export const at = (value: number): number => Math.round(value * 10) / 10;

/** Lines of the ticks, and labels for as many columns as have room. `xs`: the middle of each column. */
export function axes(frame: Frame, labels: readonly string[], xs: readonly number[]): Html {
  const { left, top, width, height, ticks } = frame;
  const longest = Math.max(1, ...labels.map((label) => label.length));
  const every = Math.max(1, Math.ceil((labels.length * (longest * CHARACTER_WIDTH + 10)) / width));
  return html`<g font-size="11" fill="currentColor">${ticks.map(
    (tick) =>
      html`<path d="M${at(left)} ${yOf(frame, tick)}h${at(width)}" stroke="currentColor" stroke-opacity="0.18" /><text x="${at(left - 6)}" y="${at(yOf(frame, tick) + 4)}" text-anchor="end">${tickText(tick)}</text>`,
  )}${labels.map(
    (label, index) =>
      index % every === 0 &&
      html`<text x="${anchored(xs[index] ?? left, label, frame)}" y="${at(top + height + 18)}" text-anchor="middle">${label}</text>`,
  )}</g>`;
}

/** The middle of a label, moved so that all of it is in the picture. */
const anchored = (x: number, label: string, { left, width }: Frame): number => {
  const half = (label.length * CHARACTER_WIDTH) / 2;
  return at(Math.min(Math.max(x, left - 8 + half), left + width + 12 - half));
};

export interface LegendEntry {
  name: string;
  /** Drawn 18 wide and 10 high. */
  swatch: Html;
}

/** Rows of entries, as many in one as have room. */
export function legend(entries: readonly LegendEntry[]): { rows: number; markup: Html } {
  let x = 10;
  let row = 0;
  const placed = entries.map(({ name, swatch }) => {
    const width = SWATCH + name.length * CHARACTER_WIDTH + 18;
    if (x > 10 && x + width > WIDTH) {
      x = 10;
      row += 1;
    }
    const item = html`<g transform="translate(${at(x)} ${4 + row * LINE_HEIGHT})">${swatch}<text x="${SWATCH}" y="10">${name}</text></g>`;
    x += width;
    return item;
  });
  return {
    rows: entries.length === 0 ? 0 : row + 1,
    markup: html`<g font-size="12" fill="currentColor">${placed}</g>`,
  };
}

/** Columns about which nothing is known. */
export const gapPattern = (id: string): Html =>
  html`<pattern id="${id}-gap" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0v6" stroke="#8a8f98" stroke-width="1.5"/></pattern>`;

export const gapSwatch = (id: string): LegendEntry => ({
  name: 'not known',
  swatch: html`<rect width="18" height="10" fill="url(#${id}-gap)" stroke="#8a8f98" stroke-width="0.5" />`,
});

export const isGap = ({ series }: Pick<Chart, 'series'>, index: number): boolean =>
  series.every(({ values }) => (values[index] ?? null) === null);

/** The picture with its name and its description. */
export function svg({ id, title, description }: Chart, height: number, inner: Html): Html {
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${at(height)}" role="img" aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${title}</title><desc id="${id}-desc">${description}</desc>${inner}</svg>`;
}
