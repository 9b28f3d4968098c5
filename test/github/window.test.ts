/** How many requests of one credential are in flight, as its answers tell. */
import { expect } from 'chai';
import { Window } from '../../pkg/github/requester/window.js';

describe('The window of requests in flight', () => {
  /** `seconds` of answers, two in each, every one of which took `ms`. */
  function answers(
    window: Window,
    { fromMs = 0, seconds, ms }: { fromMs?: number; seconds: number; ms: number },
  ): void {
    for (let half = 1; half <= 2 * seconds; half += 1) window.ended({ ms, status: 200 }, fromMs + half * 500);
  }

  it('begins at 2, and grows by one after each second in which every answer was quick', () => {
    const window = new Window(10);
    const sizes: number[] = [];
    for (let second = 0; second < 4; second += 1) {
      sizes.push(window.now);
      answers(window, { fromMs: second * 1_000, seconds: 1, ms: 500 });
    }
    expect(sizes).to.deep.equal([2, 3, 4, 5]);
  });

  it('grows to its bound: 5 unless told, 10 at most', () => {
    for (const [given, most] of [
      [undefined, 5],
      [1, 1],
      [2, 2],
      [7, 7],
      [99, 10],
      [0, 1],
    ] as const) {
      const window = new Window(given);
      expect(window.now, `${given} at the start`).to.equal(Math.min(2, most));
      answers(window, { seconds: 30, ms: 10 });
      expect(window.now, `${given} in the end`).to.equal(most);
    }
  });

  it('does not grow by a second with a slow answer, with none, or with one that never came', () => {
    const slow = new Window(10);
    answers(slow, { seconds: 20, ms: 1_000 });
    expect(slow.now).to.equal(2);
    const idle = new Window(10);
    idle.ended({ ms: 10, status: 200 }, 10);
    idle.ended({ ms: 10, status: 200 }, 60_000);
    expect(idle.now, 'one second of sixty').to.equal(3);
    const lost = new Window(10);
    for (let second = 1; second <= 20; second += 1) lost.ended({ ms: 10 }, second * 600);
    expect(lost.now).to.equal(2);
  });

  for (const status of [403, 429, 502, 504])
    it(`is halved by ${status}, down to one`, () => {
      const window = new Window(10);
      answers(window, { seconds: 20, ms: 10 });
      const sizes = [1, 2, 3, 4, 5].map((answer) => {
        window.ended({ ms: 10, status }, 20_000 + answer);
        return window.now;
      });
      expect(sizes).to.deep.equal([5, 2, 1, 1, 1]);
      answers(window, { fromMs: 20_005, seconds: 1, ms: 10 });
      expect(window.now, 'the second of the refusal').to.equal(1);
      answers(window, { fromMs: 21_005, seconds: 2, ms: 10 });
      expect(window.now).to.equal(3);
    });

  it('is not halved by other failures', () => {
    const window = new Window(4);
    for (const status of [400, 401, 404, 422, 500, 503]) window.ended({ ms: 10, status }, 10);
    expect(window.now).to.equal(2);
  });
});
