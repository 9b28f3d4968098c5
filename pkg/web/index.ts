/** The web page: who is governed, since when, why, and what happens next. Read-only. */
export { webAddress } from './address.js';
export { createWebServer } from './server.js';
export { WebSource, type Following, type SeenBeside, type WebSourceOptions } from './source.js';
export { type ThreadData } from './thread/messages.js';
export { openWebThread } from './thread/open.js';
export { serveInThread } from './thread/serve.js';
