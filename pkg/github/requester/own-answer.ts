/**
 * Tells a refusal by GitHub from one by something on the way: a gateway, a firewall, a login page. Such a thing may answer after
 * GitHub has done what was asked, so that its refusal of a write proves nothing. Some of them answer in JSON with a `message` as well
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html), so that the form alone is not enough.
 */

/** GitHub sends it with each answer, an Enterprise Server too: https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#about-the-response-code-and-headers */
export const REQUEST_ID_HEADER = 'x-github-request-id';

/**
 * True where GitHub itself has refused: an object with `message`, under a request id of GitHub or with a link to its pages. A proxy
 * may strip the header; a gateway's own answer has neither.
 */
export function isOwnRefusal(requestID: unknown, body: unknown): boolean {
  return hasMessage(body) && ((typeof requestID === 'string' && requestID.trim() !== '') || hasLink(body));
}

/** GitHub names the page about the endpoint in each error answer. https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api */
function hasLink(body: unknown): boolean {
  const isObject = typeof body === 'object' && body !== null && 'documentation_url' in body;
  return (
    isObject &&
    typeof body.documentation_url === 'string' &&
    body.documentation_url.startsWith('https://docs.github.com/')
  );
}

/** True where the body has at least the form of a refusal by GitHub. */
export function hasMessage(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'message' in body && typeof body.message === 'string';
}
