/** Which GitHub a host is: rate limits are always on at GitHub's own, and off by default on GitHub Enterprise Server. */

/** github.com and GHE.com: https://docs.github.com/en/enterprise-cloud@latest/admin/data-residency/about-github-enterprise-cloud-with-data-residency */
const GITHUB_OWN = /^(api\.)?([a-z0-9-]+\.)?(github\.com|ghe\.com)$/i;

/** True for each host that is not GitHub's own. */
export function isEnterpriseServer(origin: string): boolean {
  return !GITHUB_OWN.test(new URL(origin).hostname);
}
