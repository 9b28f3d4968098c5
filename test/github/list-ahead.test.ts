/** Kind of fault: two questions of which neither needs the answer to the other, asked one after the other. */
import { expect } from 'chai';
import { RULESET } from './support/answers.js';
import { clientFor, failureOf, never } from './support/clients.js';
import { serve, type Asked, type Handler, type Reply, type ScriptedServer } from './support/scripted-server.js';

const ORGANIZATION = { id: 42, login: 'Acme', public_repos: 1, total_private_repos: 2 };

const isList = ({ path }: Asked): boolean => path.startsWith('/orgs/acme/rulesets?');
const replyTo = (asked: Asked): Reply => {
  if (asked.path.endsWith('/rulesets/7')) return { body: RULESET };
  return { body: /rulesets\?/.test(asked.path) ? [RULESET] : ORGANIZATION };
};

describe('The list of rulesets', () => {
  let server: ScriptedServer;
  let client: ReturnType<typeof clientFor>;
  const start = async (handler: Handler): Promise<void> => {
    server = await serve(handler);
    client = clientFor(server.url);
  };
  const look = async (): Promise<number> => {
    const { login } = await client.reader.preflight('acme', never, { willFind: true });
    return (await client.reader.findRuleset(login, RULESET.name, never)).id;
  };
  const paths = (): string[] => server.asked.map(({ path }) => path.split('?')[0] ?? '');
  afterEach(async () => {
    await client.close();
    await server.close();
  });

  it('is asked for beside the first question, once, and read by the look that follows', async () => {
    let arrived: () => void = () => undefined;
    const both = new Promise<void>((resolve) => (arrived = resolve));
    await start(async (asked, index) => {
      // Neither is answered before the other was asked.
      if (index === 1) arrived();
      if (index < 2) await both;
      return replyTo(asked);
    });
    expect(await look()).to.equal(7);
    expect(paths().sort()).to.deep.equal(['/orgs/acme', '/orgs/acme/rulesets', '/orgs/Acme/rulesets/7'].sort());
  });

  it('is asked for again by the next look, since it is of now', async () => {
    await start(replyTo);
    await look();
    await client.reader.findRuleset('acme', RULESET.name, never);
    expect(server.asked.filter(isList)).to.have.length(2);
  });

  it('is not asked for where nobody says that it will be needed', async () => {
    await start(replyTo);
    await client.reader.preflight('acme', never);
    expect(paths()).to.deep.equal(['/orgs/acme']);
  });

  it('is asked for in the usual way where no answer came beside the first question', async () => {
    let lists = 0;
    await start((asked) => (isList(asked) && (lists += 1) === 1 ? { status: 502, body: {} } : replyTo(asked)));
    expect(await look()).to.equal(7);
  });

  it('is given up where the first question fails: that is what went wrong, and nothing runs on', async () => {
    await start(async (asked) => (isList(asked) ? new Promise<Reply>(() => undefined) : { status: 401, body: {} }));
    const error = await failureOf(look());
    expect(error.code).to.equal('PLUS1_TOKEN_REJECTED');
    expect(server.asked.filter(isList)).to.have.length.at.most(1);
  });
});
