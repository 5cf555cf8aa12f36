/** The demonstration's records: synthetic throughout, and saying so. The same on every machine, but for their dates, which are days before today. */
import type { CaveatName, LevelName, PurposeName } from '../../dictionary/compartment.ts';
import type { Body, Json } from '../../dictionary/types.ts';
import { type Dice, dice, oneOf, syntheticValue, type ValueType, valueTypes } from './values.ts';

/** Whom the demonstration looks up: one partner's clearance opens its place on the map, another's does not. */
export const shownAddress = '192.52.193.66';

/** Who submits: an officer of a partner, for a purpose, into channels. */
export interface Author {
  readonly partner: string;
  /** For whom the officer acts; undefined: no desk. */
  readonly desk?: string;
  readonly purpose: PurposeName;
  readonly clearance: LevelName;
  readonly caveats: readonly CaveatName[];
}

export interface DemoRecord {
  readonly author: Author;
  /** An Indicator, unless said. */
  readonly kind?: string;
  readonly body: Body;
}

interface Source extends Author {
  readonly channel: string;
  readonly levels: readonly [LevelName, ...LevelName[]];
  readonly types: readonly [ValueType, ...ValueType[]];
  readonly count: number;
}

const police = { clearance: 'SECRET', caveats: ['PERSONAL', 'FINANCIAL', 'OPERATIONAL', 'SOURCE'] } as const;
const embassy = { clearance: 'CONFIDENTIAL', caveats: ['PERSONAL', 'OPERATIONAL'] } as const;
const cert = { clearance: 'CONFIDENTIAL', caveats: ['OPERATIONAL'] } as const;
const open = ['UNCLASSIFIED', 'RESTRICTED'] as const;
const upToConfidential = ['UNCLASSIFIED', 'RESTRICTED', 'CONFIDENTIAL'] as const;
const technical = ['IPV4_ADDR', 'IPV6_ADDR', 'CIDR', 'DOMAIN', 'URL', 'FILE_HASH'] as const;
const telephone = ['PHONE', 'IPV4_ADDR'] as const;

const sources: readonly Source[] = [
  { partner: 'th-ccib', purpose: 'INVESTIGATION', ...police, channel: 'embassies-ip', levels: upToConfidential, types: valueTypes, count: 90 },
  { partner: 'th-ccib', purpose: 'INVESTIGATION', ...police, channel: 'th-kh-investigation', levels: open, types: technical, count: 40 },
  { partner: 'th-pct', purpose: 'INVESTIGATION', ...police, channel: 'th-us-secret', levels: ['CONFIDENTIAL', 'SECRET'], types: valueTypes, count: 20 },
  { partner: 'us-hsi', purpose: 'INVESTIGATION', clearance: 'SECRET', caveats: ['OPERATIONAL', 'SOURCE'], channel: 'th-us-secret', levels: ['RESTRICTED', 'SECRET'], types: technical, count: 15 },
  { partner: 'kr-embassy', purpose: 'INVESTIGATION', ...embassy, channel: 'embassies-ip', levels: open, types: ['DOMAIN', 'URL', 'PHONE', 'EMAIL'], count: 30 },
  { partner: 'jp-embassy', purpose: 'CYBER_DEFENCE', ...embassy, channel: 'embassies-ip', levels: open, types: ['DOMAIN', 'URL', 'IPV4_ADDR'], count: 25 },
  { partner: 'kh-mptc', purpose: 'INVESTIGATION', clearance: 'RESTRICTED', caveats: [], channel: 'th-kh-investigation', levels: open, types: telephone, count: 20 },
  { partner: 'th-demo-isp', purpose: 'INVESTIGATION', clearance: 'CONFIDENTIAL', caveats: ['PERSONAL'], channel: 'aoc-1441', levels: open, types: telephone, count: 30 },
  { partner: 'th-demo-bank', purpose: 'FINANCIAL_INTELLIGENCE', clearance: 'CONFIDENTIAL', caveats: ['PERSONAL', 'FINANCIAL'], channel: 'aoc-1441', levels: upToConfidential, types: ['CRYPTO_ADDRESS', 'DOMAIN', 'PHONE'], count: 25 },
  { partner: 'th-ncsa', purpose: 'CYBER_DEFENCE', ...cert, channel: 'certs', levels: open, types: technical, count: 30 },
  { partner: 'kh-camcert', purpose: 'CYBER_DEFENCE', clearance: 'RESTRICTED', caveats: [], channel: 'certs', levels: open, types: technical, count: 15 },
];

const roles = ['PHISHING', 'SCAM_SITE', 'CALL_CENTRE', 'VOIP_GATEWAY', 'C2', 'MONEY_MULE_CONTACT', 'RECRUITMENT', 'INVESTMENT_FRAUD'] as const;
const grounds = ['three complaints name it (synthetic)', 'found on a seized handset (synthetic)', 'reported through the hotline (synthetic)'] as const;
const addresses: ReadonlySet<string> = new Set(['IPV4_ADDR', 'IPV6_ADDR']);
const day = 86_400_000;

/** A point at sea in the Gulf of Thailand: no real place is accused. */
const atSea = (roll: Dice): Json => ({ lat: 9 + roll(200) / 100, lon: 101 + roll(150) / 100, radiusMetres: 200 + 100 * roll(19), method: oneOf(roll, ['cell', 'GPS', 'Wi-Fi']) });
const subscriber = (n: number): Json => ({ name: `SYNTHETIC PERSON ${n}`, document: `SYNTHETIC-${String(n).padStart(6, '0')}` });

/** What an author cleared for it adds. Each roll is made for every record, so that no source's clearance moves the next one's values. */
function cleared({ clearance, caveats }: Author, roll: Dice, n: number): Body {
  const [place, who, method, why] = [roll(3), roll(4), roll(3), roll(2)];
  const confidential = clearance === 'CONFIDENTIAL' || clearance === 'SECRET';
  return {
    ...(caveats.includes('OPERATIONAL') && place > 0 ? { location: atSea(roll) } : {}),
    ...(confidential && caveats.includes('PERSONAL') && who === 0 ? { subscriber: subscriber(n) } : {}),
    ...(confidential && caveats.includes('OPERATIONAL') && why === 0 ? { rationale: 'SYNTHETIC: named by eleven complainants.' } : {}),
    ...(clearance === 'SECRET' && caveats.includes('SOURCE') && method === 0 ? { collectionMethod: 'SYNTHETIC: undercover chat.', sourceDetail: `SYNTHETIC SOURCE ${n}` } : {}),
  };
}

function bodyOf(source: Source, index: number, n: number, today: number, roll: Dice): Body {
  const type = oneOf(roll, source.types);
  const role = oneOf(roll, roles);
  return {
    type, value: syntheticValue(type, roll, n), role,
    classification: oneOf(roll, source.levels), channels: [source.channel], tlp: oneOf(roll, ['GREEN', 'AMBER']), confidence: 40 + 10 * roll(6),
    observedAt: new Date(today - day * roll(60) - 60_000 * roll(1440)).toISOString(),
    ...(addresses.has(type) ? { port: 1024 + roll(60_000), protocol: 'tcp', country: oneOf(roll, ['KH', 'TH', 'MM', 'LA']), asn: 64_512 + roll(1000), networkName: `SYNTHETIC NETWORK ${roll(40)}` } : {}),
    description: `SYNTHETIC: ${role.toLowerCase().replaceAll('_', ' ')}, record ${n} of the demonstration.`,
    evaluation: { source: oneOf(roll, ['A', 'B', 'C']), information: 1 + roll(4) },
    legalBasis: { ground: oneOf(roll, grounds) },
    externalRef: `DEMO-${source.partner}-${source.channel}-${String(index).padStart(4, '0')}`,
    ...cleared(source, roll, n),
  };
}

/** Those that the README and the pages tell of. */
function shown(today: number): DemoRecord[] {
  const common = { channels: ['embassies-ip'], classification: 'UNCLASSIFIED', tlp: 'AMBER', observedAt: new Date(today - 6 * 3_600_000).toISOString(), legalBasis: { ground: grounds[0] } };
  const ccib: Author = { partner: 'th-ccib', purpose: 'INVESTIGATION', ...police };
  const kr: Author = { partner: 'kr-embassy', purpose: 'INVESTIGATION', ...embassy };
  return [
    {
      author: ccib,
      body: {
        ...common, type: 'IPV4_ADDR', value: shownAddress.replaceAll('.', '[.]'), role: 'VOIP_GATEWAY', port: 5060, protocol: 'sip', confidence: 80,
        country: 'KH', asn: 64_512, networkName: 'SYNTHETIC NETWORK 1', description: 'SYNTHETIC: gateway of a call centre.', externalRef: 'DEMO-SHOWN-1',
        location: { lat: 10.2, lon: 101.7, radiusMetres: 500, method: 'cell' }, rationale: 'SYNTHETIC: named by eleven complainants.',
        subscriber: { name: 'SYNTHETIC PERSON 1', document: 'SYNTHETIC-000001' }, collectionMethod: 'SYNTHETIC: undercover chat.', sourceDetail: 'SYNTHETIC SOURCE 1',
      },
    },
    { author: ccib, body: { ...common, type: 'DOMAIN', value: 'pay-verify[.]example', role: 'PHISHING', description: 'SYNTHETIC: a forged bank login.', externalRef: 'DEMO-SHOWN-2', location: { lat: 10.1, lon: 101.6, radiusMetres: 800, method: 'GPS' } } },
    { author: kr, body: { ...common, type: 'DOMAIN', value: 'pay-verify.example', role: 'PHISHING', description: 'SYNTHETIC: reported by a traveller.', externalRef: 'DEMO-SHOWN-3' } },
  ];
}

/** @param now Unix milliseconds */
export function demoRecords(now: number): DemoRecord[] {
  const today = now - (now % day);
  const roll = dice(2569);
  let n = 0;
  const bulk = sources.flatMap((source) => Array.from({ length: source.count }, (_, index) => {
    n += 1;
    return { author: source, body: bodyOf(source, index + 1, n, today, roll) };
  }));
  return [...bulk, ...shown(today)];
}
