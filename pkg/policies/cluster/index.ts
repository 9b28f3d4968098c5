/**
 * A cluster as the home of policies. It has an index of its own, which that of `pkg/policies` does not open: the Kubernetes
 * client costs half a second and 60 MB, and a folder needs none.
 */
export { ClusterClient, type Self } from './client.js';
export { ClusterHome } from './home.js';
export { ClusterSecrets } from './secrets.js';
