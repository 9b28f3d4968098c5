/** The reports that were written, to read or to take away. */
import { html, type Html } from '../../html/index.js';
import type { ReportFile } from '../report-files.js';
import type { Following } from '../source.js';
import { frame } from './layout.js';
import { placesOf } from './places.js';

export interface ReportsPage {
  name: string;
  files: readonly ReportFile[];
  following: Following | undefined;
}

export function reportsPage({ name, files, following }: ReportsPage): Html {
  return frame(
    {
      title: `Reports of ${name}`,
      up: '../../../',
      following,
      places: placesOf('', name.split('/')[1] ?? '', 'Reports'),
    },
    files.length === 0
      ? html`<p>No report was written yet. A daily one is written by the first pass after the day.</p>`
      : html`<table><thead><tr><th scope="col">Report</th><th scope="col">File</th><th scope="col" class="number">Bytes</th></tr></thead><tbody>${files.map(
          ({ kind, file, path, bytes }) =>
            html`<tr><td>${kind}</td><th scope="row"><a href="reports/${path.split('/').map(encodeURIComponent).join('/')}">${file}</a></th><td class="number">${bytes}</td></tr>`,
        )}</tbody></table>`,
  );
}
