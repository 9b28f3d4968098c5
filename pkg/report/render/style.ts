/** The look of a report, on a screen and on paper. In greyscale nothing is lost: what is bad or not known says so in words. */
import { html } from '../../html/index.js';

export const STYLE = html`<style>
:root { color-scheme: light; --ink: #16202b; --soft: #51606f; --line: #d5dce3; --pale: #f4f6f8; --bad: #9c1c1c; --open: #6b4a00; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: #fff; font: 15px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; }
main { max-width: 1060px; margin: 0 auto; padding: 32px 24px 64px; }
header { border-bottom: 3px solid var(--ink); padding-bottom: 14px; margin-bottom: 22px; }
header p { margin: 4px 0 0; color: var(--soft); }
h1 { font-size: 27px; line-height: 1.2; margin: 0; }
h2 { font-size: 19px; margin: 38px 0 10px; padding-bottom: 4px; border-bottom: 1px solid var(--line); }
h3 { font-size: 16px; margin: 24px 0 8px; }
p { margin: 8px 0; max-width: 76ch; }
code, .hash { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 0.87em; overflow-wrap: anywhere; }
a { color: #1f4e79; }
.tiles { display: flex; flex-wrap: wrap; gap: 12px; margin: 0; padding: 0; }
.tiles div { flex: 1 1 148px; border: 1px solid var(--line); border-radius: 6px; padding: 10px 14px 12px; background: var(--pale); }
.tiles dt { color: var(--soft); font-size: 13px; }
.tiles dd { margin: 0; font-size: 25px; font-weight: 650; line-height: 1.25; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.tiles dd small { display: block; font-size: 13px; font-weight: 400; color: var(--soft); }
.tiles .bad { border-color: var(--bad); border-left-width: 5px; }
.tiles .bad dd { color: var(--bad); }
.tiles .open { border-color: var(--open); border-left-width: 5px; }
.notice { border: 1px solid var(--open); border-left-width: 6px; border-radius: 4px; padding: 10px 16px; margin: 14px 0; background: #fffaf0; }
.notice.bad { border-color: var(--bad); background: #fdf5f5; }
.notice h2 { border: 0; margin: 0; padding: 0; font-size: 16px; }
.notice ul { margin: 6px 0; padding-left: 20px; }
.scroll { overflow-x: auto; }
.t, .short { white-space: nowrap; }
code.short { overflow-wrap: normal; }
small { color: var(--soft); font-size: 0.87em; line-height: 1.35; }
.words div { display: flex; gap: 16px; padding: 4px 0; border-bottom: 1px solid var(--line); font-size: 13.5px; break-inside: avoid; }
.words dt { flex: 0 0 9em; font-weight: 600; }
.words dd { margin: 0; }
table { border-collapse: collapse; width: 100%; margin: 10px 0 6px; font-size: 13.5px; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: 13px; padding: 4px 0; }
th, td { text-align: left; vertical-align: top; padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
tbody th { max-width: 24em; }
th { font-weight: 600; }
thead th { border-bottom: 2px solid var(--soft); white-space: nowrap; overflow-wrap: normal; }
tbody th { font-weight: 400; }
.facts th { width: 16em; color: var(--soft); }
.numbers td, td.number, th.number { text-align: right; padding-right: 18px; }
.numbers thead th + th { text-align: right; padding-right: 18px; }
.unknown { color: var(--open); font-style: italic; }
.bad-word { color: var(--bad); font-weight: 600; }
.chart { display: block; width: 100%; height: auto; margin: 8px 0; }
figure { margin: 14px 0; }
figcaption { font-weight: 600; }
.note { color: var(--soft); font-size: 13px; }
footer { margin-top: 44px; border-top: 1px solid var(--line); padding-top: 10px; color: var(--soft); font-size: 13px; }
.sign { border-collapse: separate; border-spacing: 18px 14px; margin-left: -18px; width: auto; }
.sign td { border-bottom: 1px solid var(--ink); width: 30em; height: 2.2em; }
.sign th { border: 0; width: 7em; vertical-align: bottom; }
@page { size: A4; margin: 16mm 14mm; }
@media print {
  body { font-size: 10.5pt; }
  main { max-width: none; padding: 0; }
  h1 { font-size: 19pt; } h2 { font-size: 13.5pt; } table { font-size: 8.8pt; }
  h2, h3, caption, figcaption { break-after: avoid; }
  tr, figure, .tiles div, .notice { break-inside: avoid; }
  thead { display: table-header-group; }
  .scroll { overflow: visible; }
  thead th { white-space: normal; vertical-align: bottom; }
  tbody th { overflow-wrap: anywhere; min-width: 7.5em; }
  th, td { padding-right: 8px; } td.number, th.number { padding-right: 8px; }
  .words div { font-size: 8.8pt; }
  a { color: inherit; text-decoration: none; }
}
@media screen and (max-width: 700px) {
  main { padding: 18px 14px 40px; }
  h1 { font-size: 22px; }
  .scroll::before { content: "wider than this screen: scroll sideways →"; position: sticky; left: 0; display: block; font-size: 12px; color: var(--soft); }
  .scroll table, .scroll .chart { min-width: 640px; }
  .facts th { width: 9em; }
  .words div { display: block; }
}
</style>`;
