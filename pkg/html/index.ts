/** HTML by one escaping template tag, and charts as SVG. Pure; nothing here needs a script, a style or another file. */
export { html, Html, link, page, type HtmlValue } from './html.js';
export { chartTable } from './chart-table.js';
export { lineChart } from './line-chart.js';
export { sparkline } from './sparkline.js';
export { stackedBars } from './stacked-bars.js';
export type { Chart, Series } from './chart.js';
