/** What people are told of a policy: events, channels, delivery. */
export { attempter, type Attempt } from './delivery/attempt.js';
export { Notifier } from './delivery/notifier.js';
export { testMessage, type LookFacts, type NoticePolicy, type Notices } from './delivery/policy-notices.js';
export { NotifyFolder, type NotifyStore } from './delivery/store.js';
export { AllowedHosts } from './destination/allowed-hosts.js';
export { DestinationGuard, type LookUp } from './destination/guard.js';
export { poster } from './destination/post.js';
export type { Sighting } from './sighting.js';
