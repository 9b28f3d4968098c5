/** Parts of a whole over time: one bar a column, the first series at its foot. A column that is not known is hatched, and never empty. */
import {
  at,
  axes,
  colorOf,
  frameOf,
  gapPattern,
  gapSwatch,
  isGap,
  isSecond,
  legend,
  svg,
  yOf,
  type Chart,
  type Frame,
  type LegendEntry,
} from './chart.js';
import { html, type Html } from './html.js';

export function stackedBars(chart: Chart): Html {
  const { id, labels, series, partly = [] } = chart;
  const totals = labels.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  const gaps = labels.map((_, index) => isGap(chart, index));
  const fillOf = (index: number): string => (isSecond(index) ? `url(#${id}-${index})` : colorOf(index));
  const entries = [
    ...series.map(({ name }, index): LegendEntry => ({
      name,
      swatch: html`<rect width="18" height="10" fill="${fillOf(index)}" />`,
    })),
    ...(gaps.includes(true) || partly.includes(true) ? [gapSwatch(id)] : []),
  ];
  const { rows, markup } = legend(entries);
  const frame = frameOf(0, Math.max(1, ...totals), rows);
  const step = frame.width / Math.max(1, labels.length);
  const width = at(Math.min(step * 0.72, 46));
  const xs = labels.map((_, index) => at(frame.left + step * (index + 0.5)));
  const bars = labels.map((_, column) => {
    const x = at((xs[column] ?? 0) - width / 2);
    return gaps[column] === true
      ? html`<rect x="${x}" y="${frame.top}" width="${width}" height="${frame.height}" fill="url(#${id}-gap)" />`
      : html`${bar(chart, { column, x, width, frame, fillOf })}${partly[column] === true && html`<rect x="${x}" y="${frame.top}" width="${width}" height="${PARTLY_HEIGHT}" fill="url(#${id}-gap)" />`}`;
  });
  const patterns = series.map((_, index) => isSecond(index) && hatched(`${id}-${index}`, colorOf(index)));
  const inner = html`<defs>${gapPattern(id)}${patterns}</defs>${markup}${axes(frame, labels, xs)}${bars}`;
  return svg(chart, frame.top + frame.height + 28, inner);
}

/** Of the hatching over a column of which a part is not known. */
const PARTLY_HEIGHT = 12;

interface Bar {
  column: number;
  x: number;
  width: number;
  frame: Frame;
  fillOf: (index: number) => string;
}

function bar({ series }: Chart, { column, x, width, frame, fillOf }: Bar): Html {
  let foot = 0;
  const parts = series.map(({ values }, index) => {
    const value = values[column] ?? 0;
    if (value <= 0) return undefined;
    const y = yOf(frame, foot + value);
    const height = at(yOf(frame, foot) - y);
    foot += value;
    return html`<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fillOf(index)}" stroke="#fff" stroke-width="0.5"/>`;
  });
  return html`${parts}`;
}

const hatched = (id: string, color: string): Html =>
  html`<pattern id="${id}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" fill="#fff" /><path d="M1.5 0v5" stroke="${color}" stroke-width="3"/></pattern>`;
