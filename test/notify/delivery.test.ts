/** What a channel answers may repeat what was sent to it: nothing of its Secret is told, however the answer is cut. */
import { expect } from 'chai';
import { attempter, type AttemptOptions } from '../../pkg/notify/delivery/attempt.js';
import { VirtualClock } from '../fakes/clock.js';
import { everyMessage } from './messages.js';

const KEY = 'R0utingKey0f0PagerDuty0of32chars';

describe('The answer of a channel', () => {
  for (const status of [200, 400, 503])
    it(`tells no part of the key that it repeats (${status})`, async () => {
      for (const text of [KEY, `${'x'.repeat(180)} ${KEY}`]) {
        const options = {
          readSecret: async () => ({ routingKey: KEY }),
          post: async () => ({ status, text }),
          clock: new VirtualClock(),
        } as unknown as AttemptOptions;
        const channel = { name: 'oncall', type: 'PagerDuty', secretRef: { name: 'oncall' } } as never;
        const [message] = everyMessage();
        if (message === undefined) return expect.fail('there is no message');
        const { verdict } = await attempter(options)(channel, message, new AbortController().signal);
        expect(JSON.stringify(verdict)).to.not.include(KEY.slice(0, 8));
      }
    });
});
