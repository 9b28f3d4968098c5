/** The web page: who is governed, since when, why, and what happens next. Read-only. */
export { createWebServer, webAddress, type WebServerOptions } from './server.js';
export { WebSource, type Following, type SeenBeside, type WebSourceOptions } from './source.js';
