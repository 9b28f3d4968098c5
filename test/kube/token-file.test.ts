/** Kind: what the client library does not know of a kubeconfig is passed over, and the server is asked as nobody. */
import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect } from 'chai';
import { loadConfig } from '../../pkg/kube/config.js';
import { FakeAPI } from './support/fake-api.js';

const never = new AbortController().signal;

describe('A kubeconfig', () => {
  let api: FakeAPI;
  beforeEach(async () => {
    api = await FakeAPI.start(() => ({}));
  });
  afterEach(() => api.close());

  it('with a tokenFile signs by it, relative to the kubeconfig, and reads it again', async () => {
    writeFileSync(join(api.folder, 'token'), 'first\n');
    const kubeconfig = api.kubeconfig({ tokenFile: 'token', token: 'old' });
    const config = await loadConfig({ kubeconfig, inCluster: false }, never);
    expect((await config.credential()).headers).to.deep.equal({ Authorization: 'Bearer first' });
    writeFileSync(join(api.folder, 'token'), 'second');
    expect((await config.credential()).headers).to.deep.equal({ Authorization: 'Bearer second' });
  });

  it('that is one of several may be missing', async () => {
    const kubeconfig = [join(api.folder, 'nowhere'), api.kubeconfig()].join(delimiter);
    const config = await loadConfig({ kubeconfig, inCluster: false }, never);
    expect((await config.credential()).headers).to.deep.equal({ Authorization: 'Bearer secret-token' });
  });
});
