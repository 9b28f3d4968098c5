/** Lines over time. Where a value is not known the line is broken; columns without any are hatched. */
import {
  at,
  axes,
  colorOf,
  DASHES,
  frameOf,
  gapPattern,
  gapSwatch,
  isGap,
  legend,
  svg,
  yOf,
  type Chart,
  type Frame,
  type LegendEntry,
  type Series,
} from './chart.js';
import { html, type Html } from './html.js';

export function lineChart(chart: Chart): Html {
  const { id, labels, series, from = 0 } = chart;
  const known = series.flatMap(({ values }) => values.filter((value) => value !== null));
  const gaps = labels.flatMap((_, index) => (isGap(chart, index) ? [index] : []));
  const entries = [
    ...series.map(({ name }, index): LegendEntry => ({ name, swatch: stroke('M0 5h18', index) })),
    ...(gaps.length > 0 ? [gapSwatch(id)] : []),
  ];
  const { rows, markup } = legend(entries);
  const frame = frameOf(Math.min(from, ...known), Math.max(from + 1, ...known), rows);
  const step = frame.width / Math.max(1, labels.length);
  const xs = labels.map((_, index) => at(frame.left + step * (index + 0.5)));
  const inner = html`<defs>${gapPattern(id)}</defs>${markup}${gaps.map(
    (index) =>
      html`<rect x="${at((xs[index] ?? 0) - step / 2)}" y="${frame.top}" width="${at(step)}" height="${frame.height}" fill="url(#${id}-gap)"/>`,
  )}${axes(frame, labels, xs)}${series.map((each, index) => line(each, { index, frame, xs }))}`;
  return svg(chart, frame.top + frame.height + 28, inner);
}

interface Place {
  index: number;
  frame: Frame;
  xs: readonly number[];
}

function line({ values }: Series, { index, frame, xs }: Place): Html {
  const points = values.map((value, column) =>
    value === null ? undefined : { x: xs[column] ?? 0, y: yOf(frame, value) },
  );
  const isKnown = (column: number): boolean => points[column] !== undefined;
  const path = points
    .map((point, column) => (point === undefined ? '' : `${isKnown(column - 1) ? 'L' : 'M'}${point.x} ${point.y}`))
    .join('');
  // A point between two gaps would be a line without length.
  const lonely = points.filter((point, column) => point && !isKnown(column - 1) && !isKnown(column + 1));
  return html`${stroke(path, index)}${lonely.map(
    (point) => point && html`<circle cx="${point.x}" cy="${point.y}" r="3" fill="${colorOf(index)}" />`,
  )}`;
}

const stroke = (path: string, index: number): Html =>
  html`<path d="${path}" fill="none" stroke="${colorOf(index)}" stroke-width="2" stroke-linejoin="round" stroke-dasharray="${DASHES[index % DASHES.length] ?? 'none'}"/>`;
