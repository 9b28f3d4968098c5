/** `/metrics`, for Prometheus. */
import type { FastifyInstance } from 'fastify';

/** What is scraped: a registry of prom-client, or anything that answers like one. */
export interface MetricsSource {
  readonly contentType: string;
  metrics(): Promise<string>;
}

/** Adds the endpoint. A source that fails answers 500; half a scrape would look like series that went. */
export function metricsRoute(app: FastifyInstance, source: MetricsSource): void {
  app.get('/metrics', async (_request, reply) => {
    const text = await source.metrics();
    return reply.type(source.contentType).header('cache-control', 'no-store').send(text);
  });
}
