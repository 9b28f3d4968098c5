/** The servers that PLUS1_DNS_SERVERS names, separated by commas; none where it is unset or empty. */
export const dnsServers = ({ PLUS1_DNS_SERVERS: given = '' }: Readonly<Record<string, string | undefined>>): string[] =>
  given
    .split(',')
    .map((server) => server.trim())
    .filter((server) => server !== '');
