/** GitHub Apps with their keys and installations. An installation sees all repositories of its organization, or a list. */
import { createHmac, generateKeyPairSync } from 'node:crypto';
import type { Organization } from './organization.js';
import type { Permissions } from './tokens.js';

export interface InstallationSpec {
  permissions?: Permissions;
  /** Names or ids; absent: `repository_selection` is `all`. */
  repositories?: (string | number)[];
}

export class Installation {
  readonly app: App;
  readonly id: number;
  readonly organization: Organization;
  permissions: Permissions;
  /** Undefined: all. */
  repositories: Set<number> | undefined;
  suspendedAt: number | undefined;

  constructor(app: App, id: number, organization: Organization, spec: InstallationSpec) {
    this.app = app;
    this.id = id;
    this.organization = organization;
    this.permissions = spec.permissions ?? { ...app.permissions };
    this.repositories = spec.repositories && new Set(spec.repositories.map((key) => organization.get(key).id));
  }
  get selection(): 'all' | 'selected' {
    return this.repositories ? 'selected' : 'all';
  }
  suspend(): this {
    this.suspendedAt = this.organization.now();
    return this;
  }
  unsuspend(): this {
    this.suspendedAt = undefined;
    return this;
  }
}

interface KeyPair {
  privateKey: string;
  publicKey: string;
}

const pairs: KeyPair[] = [];

/** Of the first App of a world, of its second, …: made once a process, since a pair takes a tenth of a second. */
function keyPair(number: number): KeyPair {
  const known = pairs[number];
  if (known !== undefined) return known;
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return (pairs[number] = {
    privateKey: pair.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  });
}

export class App {
  readonly id: number;
  readonly slug: string;
  readonly clientID: string;
  readonly privateKey: string;
  readonly publicKey: string;
  permissions: Permissions;
  readonly installations: Installation[] = [];

  constructor(id: number, slug: string, permissions: Permissions, { privateKey, publicKey }: KeyPair) {
    this.id = id;
    this.slug = slug;
    this.clientID = `Iv23li${createHmac('sha1', 'client').update(String(id)).digest('base64url').slice(0, 14)}`;
    this.permissions = permissions;
    this.privateKey = privateKey;
    this.publicKey = publicKey;
  }
  install(organization: Organization, spec: InstallationSpec = {}): Installation {
    const installation = new Installation(this, this.id * 100 + this.installations.length + 1, organization, spec);
    this.installations.push(installation);
    return installation;
  }
  uninstall(installation: Installation): void {
    const at = this.installations.indexOf(installation);
    if (at >= 0) this.installations.splice(at, 1);
  }
}

/** What Plus1 asks for. */
const USUAL_PERMISSIONS: Permissions = { metadata: 'read', contents: 'read', organization_administration: 'write' };

export class Apps {
  readonly all: App[] = [];

  add({ id, slug, permissions }: { id?: number; slug?: string; permissions?: Permissions } = {}): App {
    const number = id ?? 1000 + this.all.length;
    const given = permissions ?? { ...USUAL_PERMISSIONS };
    const app = new App(number, slug ?? `app-${number}`, given, keyPair(this.all.length));
    this.all.push(app);
    return app;
  }
  /** `iss` may be the id or the client id. */
  find(issuer: string): App | undefined {
    return this.all.find((app) => String(app.id) === issuer || app.clientID === issuer);
  }
  installation(id: number): Installation | undefined {
    return this.all.flatMap((app) => app.installations).find((installation) => installation.id === id);
  }
}
