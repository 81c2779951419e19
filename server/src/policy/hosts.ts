// Addresses: the host name in a base URL, whether it is on the spot, and which row of the routing table it matches.
// Names match whole labels from the right, never a substring: `api.openai.com.example.org` is nobody we know.
import type { Routing } from './schema.ts';

/** A row of the routing table that names a host. */
export type HostRow = Routing['hosts'][number];

/** The host name of a URL in lower case, with `{}` for holes; undefined if the name itself is not constant. */
export function hostOf(url: string): string | undefined {
  const text = url.trim().replace(/\$\{/g, '{');
  const authority = /^(?:[a-z][a-z0-9+.-]*:)?\/\/([^/?#]+)/i.exec(text)?.[1] ?? bareHost(text);
  if (authority === undefined) return undefined;
  const name = authority
    .replace(/^.*@/, '')
    .replace(/\{[^}]*\}/g, '{}')
    .replace(/:(?:\d+|\{\})$/, '')
    // `${BASE}${path}`: what follows a whole name is its path.
    .replace(/(\.[a-z]{2,})(?:\{\})+$/i, '$1')
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
  return name === '' || name === '{}' ? undefined : name;
}

/** `api.openai.com/v1` or `localhost:8000`, written without a scheme. */
function bareHost(text: string): string | undefined {
  return /^((?:[a-z0-9{}-]+\.)+[a-z]{2,}|localhost|\d+\.\d+\.\d+\.\d+)(?=[:/]|$)(?::\d+)?/i.exec(text)?.[0];
}

/** Whether a host is on the spot or in a private network. */
export function isLocalHost(host: string, routing: Routing): boolean {
  if (isPrivateAddress(host)) return true;
  if (!host.includes('.') && !host.includes('{')) return true;
  return routing.local_hosts.some((pattern) => matchesHost(host, pattern));
}

function isPrivateAddress(host: string): boolean {
  const parts = /^(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(host)?.slice(1).map(Number);
  if (!parts) return /^(::1|::|f[cd][0-9a-f]{2}:.*|fe80:.*)$/.test(host);
  const [a, b] = parts as [number, number];
  return (
    a === 127 ||
    a === 10 ||
    a === 0 ||
    (a === 192 && b === 168) ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 169 && b === 254)
  );
}

/** The row for a host: an exact name before a pattern, a longer pattern before a shorter one. */
export function hostRow(host: string, routing: Routing): HostRow | undefined {
  let best: HostRow | undefined;
  for (const row of routing.hosts) {
    if (row.host === host) return row;
    if (row.host.includes('*') && matchesHost(host, row.host) && row.host.length > (best?.host.length ?? 0)) best = row;
  }
  return best;
}

/** Compares label by label from the right. `*` in front stands for one or more labels, inside for one. */
export function matchesHost(host: string, pattern: string): boolean {
  const labels = host.split('.').reverse();
  const wanted = pattern.toLowerCase().split('.').reverse();
  if (wanted.at(-1) === '*' ? labels.length < wanted.length : labels.length !== wanted.length) return false;
  return wanted.every((want, i) => matchesLabel(labels[i]!, want));
}

function matchesLabel(label: string, wanted: string): boolean {
  const parts = wanted.split('*');
  if (parts.length === 1) return label === wanted;
  const [first, last] = [parts[0]!, parts.at(-1)!];
  return label.length > first.length + last.length && label.startsWith(first) && label.endsWith(last);
}
