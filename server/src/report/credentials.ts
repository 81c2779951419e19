// What credentials look like, as tables: keys that say by their beginning whose they are, and names whose value is a secret.
// A new provider's key is one row. mask.ts does the work.

/** A kind of credential that can be told by how it begins. */
export interface KnownKey {
  /** The beginning that is public knowledge and may be shown. */
  readonly prefix: string;
  /** What follows it, as a regular expression; by default a run of letters, digits, `-` and `_`. */
  readonly body?: string;
  /** Whether words of code may begin like that too: the rest then has to look like chance. */
  readonly ambiguous?: boolean;
}

/** Longer beginnings stand before shorter ones that they begin with. */
export const knownKeys: readonly KnownKey[] = [
  // Model providers, and services around them.
  { prefix: 'sk-ant-api03-' },
  { prefix: 'sk-ant-admin01-' },
  { prefix: 'sk-ant-oat01-' },
  { prefix: 'sk-ant-' },
  { prefix: 'sk-proj-' },
  { prefix: 'sk-svcacct-' },
  { prefix: 'sk-admin-' },
  { prefix: 'sk-or-v1-' },
  { prefix: 'sk-lf-' },
  { prefix: 'sk-', ambiguous: true },
  { prefix: 'sess-', ambiguous: true },
  // Letters and digits alone: a file may be called hf_auto_model_for_seq2seq.
  { prefix: 'hf_', body: '(?:oauth_[\\w.-]{4,}|[A-Za-z0-9]{4,})', ambiguous: true },
  { prefix: 'api_org_', ambiguous: true },
  { prefix: 'gsk_', ambiguous: true },
  { prefix: 'AIza', ambiguous: true },
  { prefix: 'ya29.', body: '[\\w.-]{4,}' },
  { prefix: 'GOCSPX-' },
  { prefix: '1//0', body: '[\\w-]{20,}' },
  { prefix: 'AQ.', body: '[\\w-]{20,}' },
  { prefix: 'xai-', ambiguous: true },
  { prefix: 'r8_', ambiguous: true },
  { prefix: 'pplx-', ambiguous: true },
  { prefix: 'nvapi-', ambiguous: true },
  { prefix: 'csk-', ambiguous: true },
  { prefix: 'tgp_v1_' },
  { prefix: 'fw_', ambiguous: true },
  { prefix: 'esecret_', ambiguous: true },
  { prefix: 'jina_', ambiguous: true },
  { prefix: 'tvly-', ambiguous: true },
  { prefix: 'pa-', ambiguous: true },
  { prefix: 'lsv2_pt_' },
  { prefix: 'lsv2_sk_' },
  { prefix: 'pk-lf-' },
  { prefix: 'dapi', body: '[0-9a-f]{32}(?:-\\d)?' },
  { prefix: 'ABSK', body: '[A-Za-z0-9+/=]{40,}' },
  // Code hosts and package registries.
  { prefix: 'github_pat_' },
  { prefix: 'ghp_' },
  { prefix: 'gho_' },
  { prefix: 'ghu_' },
  { prefix: 'ghs_' },
  { prefix: 'ghr_' },
  { prefix: 'glpat-' },
  { prefix: 'npm_', ambiguous: true },
  { prefix: 'pypi-', ambiguous: true },
  { prefix: 'ATATT3' },
  // Clouds and other services.
  { prefix: 'AKIA', body: '[A-Z0-9]{12,}' },
  { prefix: 'ASIA', body: '[A-Z0-9]{12,}' },
  { prefix: 'xoxb-' },
  { prefix: 'xoxp-' },
  { prefix: 'xoxa-' },
  { prefix: 'xoxs-' },
  { prefix: 'xapp-' },
  { prefix: 'SG.', body: '[\\w-]{16,}\\.[\\w-]{16,}' },
  { prefix: 'sk_live_' },
  { prefix: 'sk_test_' },
  { prefix: 'rk_live_' },
  { prefix: 'rk_test_' },
  { prefix: 'whsec_', ambiguous: true },
  { prefix: 'dop_v1_' },
  { prefix: 'shpat_' },
  { prefix: 'hvs.', body: '[\\w-]{8,}' },
];

/** What is shown of a text that is a secret as a whole: at most the beginning that is public. */
export function shownFor(value: string): string {
  return `${knownKeys.find(({ prefix }) => value.startsWith(prefix))?.prefix ?? ''}***`;
}

/** Names whose value is a secret whatever it looks like. `[_-]?` and any case: `api_key`, `apiKey`, `API-KEY`. */
export const secretNames: readonly string[] = [
  'api[_-]?keys?',
  '(?:secret|access|account|subscription|private|signing|encryption|master|service|auth)[_-]?keys?(?:[_-]?id)?',
  '(?:client|app|shared|webhook)?[_-]?secret',
  'pass(?:word|wd|phrase|code)s?',
  'key[_-]?credential',
  'authorization',
  'connection[_-]?string',
  'token',
];

/** Names whose value may be one: only what looks like chance is hidden. */
export const suspiciousNames: readonly string[] = [
  'keys?',
  'tokens',
  'secrets',
  'credentials?',
  'creds?',
  'auth',
  'bearer',
  'pwd',
  'session(?:[_-]?id)?',
  'cookies?',
  'accounts?',
  'signature',
  'sig',
];

/** Words of language processing that are called tokens and are none of these. */
export const harmlessTokens =
  /(?:^|[_-])(?:eos|bos|pad|unk|sep|cls|mask|start|end|stop|next|prev|special|first|last|think|image|audio|begin|text|word|sub)[_-]?token$/i;
