/** One answer before it goes on the wire, and the refusals that end a request early. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** Rendered as JSON, unless it is a Buffer. Undefined: no body. */
  body: unknown;
  /** For the latency model. */
  repositories?: number;
  files?: number;
  /** GraphQL points; REST requests cost one each. */
  points?: number;
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body,
});
export const ok = (body: unknown, headers: Record<string, string> = {}): Answer => json(200, body, headers);

const DOCS = 'https://docs.github.com/rest';

export const errorBody = (
  status: number,
  message: string,
  extra: Record<string, unknown> = {},
): Record<string, unknown> => ({
  message,
  ...extra,
  documentation_url: extra['documentation_url'] ?? DOCS,
  status: String(status),
});

/** Thrown by handlers: the request ends with this answer. */
export class Refusal extends Error {
  readonly answer: Answer;
  constructor(
    status: number,
    message: string,
    { headers = {}, ...extra }: { headers?: Record<string, string> } & Record<string, unknown> = {},
  ) {
    super(message);
    this.answer = json(status, errorBody(status, message, extra), headers);
  }
}

export const notFound = (): Refusal => new Refusal(404, 'Not Found');

/** 422 of the published `validation-error` shape. */
export const invalid = (message: string, field: string): Refusal =>
  new Refusal(422, 'Validation Failed', {
    errors: [{ resource: 'RepositoryRuleset', field, code: 'custom', message }],
  });
