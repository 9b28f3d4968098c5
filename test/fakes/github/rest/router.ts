/** Finds the route of a path. `/organizations/{id}/…` is the form that GitHub's own links use for `/orgs/{org}/…`. */
import type { World } from '../world/world.js';
import { actionsRoutes } from './actions.js';
import { appRoutes } from './apps.js';
import { gitRoutes } from './git.js';
import { codeScanningRoutes } from './code-scanning.js';
import { issueRoutes } from './issues.js';
import { metaRoutes } from './meta.js';
import { organizationRoutes } from './organizations.js';
import { propertyRoutes } from './properties.js';
import { pullRoutes } from './pulls.js';
import { repositoryRoutes } from './repositories.js';
import type { Route } from './request.js';
import { ruleSuiteRoutes } from './rule-suites.js';
import { rulesetRoutes } from './rulesets.js';
import { teamRoutes } from './teams.js';

export const routes: readonly Route[] = [
  ...organizationRoutes,
  ...repositoryRoutes,
  ...actionsRoutes,
  ...codeScanningRoutes,
  ...gitRoutes,
  ...pullRoutes,
  ...issueRoutes,
  ...propertyRoutes,
  // Before the rulesets: their ids would take "rule-suites" for one.
  ...ruleSuiteRoutes,
  ...rulesetRoutes,
  ...teamRoutes,
  ...appRoutes,
  ...metaRoutes,
];

const compiled = routes.map((route) => {
  const names: string[] = [];
  const source = route.path.replace(/\/\{(\w+)\}/g, (_, name: string) => {
    names.push(name);
    // No path at all is the folder at the root.
    return name === 'path' ? '(?:/(.+))?' : '/([^/]+)';
  });
  return { route, names, pattern: new RegExp(`^${source}/?$`) };
});

export interface Match {
  route: Route;
  params: Record<string, string>;
}

export function match(method: string, path: string, world: World): Match | undefined {
  const byID = /^\/organizations\/(\d+)(\/.*)?$/.exec(path);
  const organization = byID && world.organizationByID(Number(byID[1]));
  const plain = organization ? `/orgs/${organization.login}${byID[2] ?? ''}` : path;
  for (const { route, names, pattern } of compiled) {
    if (route.method !== method && !(method === 'HEAD' && route.method === 'GET')) continue;
    const found = pattern.exec(plain);
    if (found) return { route, params: Object.fromEntries(names.map((name, at) => [name, found[at + 1] ?? ''])) };
  }
  return undefined;
}
