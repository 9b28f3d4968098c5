/**
 * The last net for secrets that pass by mistake: what looks like a credential is cut out before a line is written. It
 * knows shapes, not values, so nothing may rely on it; a secret belongs in no message and no field in the first place.
 */

const REPLACEMENT = '[redacted]';

const SHAPES = [
  // GitHub's prefixes, whatever the length: https://github.blog/engineering/behind-githubs-new-authentication-token-formats/
  // A look-behind instead of \b: an underscore before the prefix is part of the word, and must not hide the token.
  /(?<![A-Za-z0-9])(?:gh[pousr](?:_|%5f)|github(?:_|%5f)pat(?:_|%5f))[A-Za-z0-9_.%-]+/gi,
  // The same in base64, alone or behind `x-access-token:`.
  /(?:Z2h[vwyz1]X|Z2l0aHViX3BhdF|eC1hY2Nlc3MtdG9rZW46)[A-Za-z0-9+/_=-]{8,}/g,
  // Installation tokens of older GitHub Enterprise Servers.
  /\bv1\.[0-9a-f]{40}\b/g,
  // An App's signed assertion, and any other JWT: three parts, the first two of them JSON.
  /\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+/g,
  // To the end of the text where the end mark was cut off.
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  // Length tells a credential from the words "bearer token".
  /\b(?:bearer|basic)\s+[A-Za-z0-9._~+/=-]{16,}/gi,
  // The addresses of incoming webhooks are credentials.
  /(?<=:\/\/hooks\.slack\.com\/)[^\s"'<>]+/gi,
  /(?<=:\/\/[a-z0-9.-]*webhook\.office\.com\/)[^\s"'<>]+/gi,
  /(?<=:\/\/(?:[a-z]+\.)?discord(?:app)?\.com\/api\/webhooks\/)[^\s"'<>]+/gi,
  // User and password of a URL, such as a proxy's.
  /(?<=:\/\/)[^\s/@]+(?=@)/g,
] as const;

/** What any of them begins with: most texts are names and have none of it, and one look is less than a dozen. */
const BEGINNINGS = /gh[pousr]|github|Z2[hl]|eC1h|v1\.|eyJ|-----BEGIN|bearer|basic|:\/\//i;

/** Replaces everything that looks like a credential. */
export function redactPatterns(text: string): string {
  if (!BEGINNINGS.test(text)) return text;
  return SHAPES.reduce((rest, shape) => rest.replace(shape, REPLACEMENT), text);
}
