import { expect } from 'chai';
import { chartTable, lineChart, sparkline, stackedBars, type Chart } from '../../pkg/html/index.js';

const chart: Chart = {
  id: 'growth',
  title: 'Production & governed',
  description: 'Both rise from 10 to 30.',
  labels: ['11-01', '11-02', '11-03', '11-04'],
  series: [
    { name: 'production', values: [10, 20, null, 30] },
    { name: '<governed>', values: [10, 15, null, 30] },
  ],
};

/** The points of each line, from the top of the plot. */
const lines = (markup: string): string[] =>
  [...markup.matchAll(/<path d="([^"]+)" fill="none" stroke="[^"]+" stroke-width="2"/g)]
    .map(([, path = '']) => path)
    .filter((path) => path !== 'M0 5h18');

describe('charts', () => {
  for (const [name, draw] of [
    ['a line chart', lineChart],
    ['stacked bars', stackedBars],
  ] as const) {
    it(`${name} has a title and a description, and no script, style or address`, () => {
      const markup = draw(chart).toString();
      expect(markup).to.match(
        /^<svg class="chart" viewBox="0 0 720 [\d.]+" role="img" aria-labelledby="growth-title growth-desc">/,
      );
      expect(markup).to.contain('<title id="growth-title">Production &amp; governed</title>');
      expect(markup).to.contain('<desc id="growth-desc">Both rise from 10 to 30.</desc>');
      expect(markup)
        .to.contain('&lt;governed&gt;')
        .and.not.match(/<governed>|<script|<style|style=|href|NaN|Infinity/);
    });

    it(`${name} is drawn without any value, and without any column`, () => {
      const empty = { ...chart, series: [{ name: 'production', values: [null, null, null, null] }] };
      for (const each of [empty, { ...chart, labels: [], series: [] }])
        expect(draw(each).toString())
          .to.match(/^<svg/)
          .and.not.match(/NaN|Infinity|undefined/);
    });

    it(`${name} hatches a column about which nothing is known, and says so`, () => {
      expect(
        draw(chart)
          .toString()
          .match(/height="190" fill="url\(#growth-gap\)"/g),
      ).to.have.length(1);
      expect(draw(chart).toString()).to.contain('not known');
      const known = { ...chart, series: [{ name: 'production', values: [1, 2, 0, 4] }] };
      expect(draw(known).toString()).to.not.contain('not known');
    });
  }

  it('a line is broken where the value is not known, and higher where it is larger', () => {
    const [first = ''] = lines(lineChart(chart).toString());
    const points = [...first.matchAll(/([ML])([\d.]+) ([\d.]+)/g)];
    expect(points.map(([, move]) => move)).to.deep.equal(['M', 'L', 'M']);
    const [x0 = 0, x1 = 0, x3 = 0] = points.map(([, , x]) => Number(x));
    expect(x1 - x0).to.be.closeTo((x3 - x1) / 2, 0.2);
    const heights = points.map(([, , , y]) => Number(y));
    expect(heights).to.deep.equal([...heights].sort((a, b) => b - a));
  });

  it('a value between two gaps is a dot', () => {
    expect(
      lineChart(chart)
        .toString()
        .match(/<circle/g),
    ).to.have.length(2);
  });

  it('a bar is as high as its value, on top of those before it', () => {
    const bars = [
      ...stackedBars({
        ...chart,
        labels: ['a'],
        series: [
          { name: 'x', values: [30] },
          { name: 'y', values: [10] },
        ],
      })
        .toString()
        .matchAll(/y="([\d.]+)" width="46" height="([\d.]+)"/g),
    ];
    const [[, y0 = '', h0 = ''] = [], [, y1 = '', h1 = ''] = []] = bars;
    expect(Number(h0)).to.be.closeTo(3 * Number(h1), 0.3);
    expect(Number(y1) + Number(h1)).to.be.closeTo(Number(y0), 0.1);
  });

  it('ten series of bars have ten fills', () => {
    const series = Array.from({ length: 10 }, (_, at) => ({ name: `s${at}`, values: [at + 1] }));
    const fills = [
      ...stackedBars({ ...chart, labels: ['a'], series })
        .toString()
        .matchAll(/width="46" height="[\d.]+" fill="([^"]+)"/g),
    ].map(([, fill]) => fill);
    expect(new Set(fills).size).to.equal(10);
  });

  it('a sparkline says in words what it shows', () => {
    const markup = sparkline('from 1 to <3>', [1, null, 2, 3]).toString();
    expect(markup).to.contain('aria-label="from 1 to &lt;3&gt;"');
    expect(markup.match(/M/g)).to.have.length(2);
    for (const values of [[], [5], [null, null], [2, 2]])
      expect(sparkline('x', values).toString()).to.not.match(/NaN|Infinity/);
  });

  it('the table holds every number, and a word where there is none', () => {
    const markup = chartTable(chart, 'Day').toString();
    expect(markup).to.contain('<tr><th scope="row">11-02</th><td>20</td><td>15</td></tr>');
    expect(markup).to.contain('<td class="unknown">not known</td>');
    expect(markup).to.contain('<caption>Production &amp; governed</caption>');
  });

  it('stacked bars hatch a part of a column of which a part is not known, and all of one that is not known', () => {
    const hatched = (partly: boolean[]): string[] =>
      [
        ...stackedBars({ ...chart, partly })
          .toString()
          .matchAll(/<rect x="[^"]+" y="[^"]+" width="[^"]+" height="([^"]+)" fill="url\(#growth-gap\)"/g),
      ].map(([, height = '']) => height);
    expect(hatched([])).to.deep.equal(['190']);
    expect(hatched([true, false, true, false])).to.deep.equal(['12', '190']);
  });
});
