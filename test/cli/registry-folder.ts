/** A small sound registry (synthetic), and a way to break it in one place: `#<` marks the line where the fault is expected. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Fault, readRegistry, type ReadOptions, type ReadResult } from '../../src/cli/registry/read.ts';

export const sound = `
partners:
  th-one:
    name: { en: One, th: หนึ่ง }
    type: POLICE
    country: TH
    clearance: CONFIDENTIAL
    caveats: [OPERATIONAL]
    purposes: [INVESTIGATION, PREVENTION]
    scopes: [records:read]
    desks:
      duty: { name: { en: Duty, th: เวร }, contact: duty@one.example }
  kr-two:
    name: { en: Two, th: สอง }
    type: EMBASSY
    country: KR
    clearance: RESTRICTED
    purposes: [INVESTIGATION]
    scopes: [records:read]
  jp-three:
    name: { en: Three, th: สาม }
    type: EMBASSY
    country: JP
    clearance: SECRET
    purposes: [INVESTIGATION]
    scopes: [records:read]
issuers:
  https://login.one.example/realm:
    jwks: { url: 'https://login.one.example/jwks' }
    algorithms: [EdDSA]
    partners: [th-one]
    maxLife: 3600
clients:
  one-sync:
    partner: th-one
    desk: duty
    name: { en: Sync, th: ซิงค์ }
    issuer: https://login.one.example/realm
    scopes: [records:read]
    clearance: RESTRICTED
    caveats: []
    purposes: [PREVENTION]
    jwks: { url: 'https://sync.one.example/jwks' }
agreements:
  old:
    title: { en: Old, th: เก่า }
    type: MOU
    citation: { en: Old, th: เก่า }
    parties: [th-one, kr-two]
    validFrom: 2020-01-01T00:00:00+07:00
    clauses:
      - { id: 4.10, text: { en: C, th: ข }, access: [READ], kinds: [Indicator], purposes: [INVESTIGATION], ceiling: RESTRICTED, onward: NONE, onTermination: END_AT_ONCE }
  new:
    title: { en: New, th: ใหม่ }
    type: MOU
    citation: { en: New, th: ใหม่ }
    parties: [th-one, kr-two]
    validFrom: 2024-01-01T00:00:00Z
    validTo: 2030-01-01T00:00:00Z
    supersedes: old
    nationalMarkings:
      - { mark: ลับ, country: TH, level: CONFIDENTIAL }
    clauses:
      - id: '1'
        text: { en: Clause, th: ข้อ }
        access: [READ, SUBMIT]
        kinds: [Indicator]
        parties: [th-one, kr-two]
        channels: [group]
        purposes: [INVESTIGATION]
        ceiling: CONFIDENTIAL
        caveats: [OPERATIONAL]
        retention: P3Y
        onward: NONE
        onTermination: { readUntil: 2031-01-01T00:00:00Z }
        routing: { partner: th-one, desk: duty, above: CONFIDENTIAL, sensitive: true }
        groundRequired: true
channels:
  group:
    name: { en: Group, th: กลุ่ม }
    agreement: old
    members: [th-one, kr-two]
    purposes: [INVESTIGATION]
    ceiling: CONFIDENTIAL
`;

/** Reads files as a registry folder. The folder is gone afterwards; its name is taken out of the faults. */
export async function readFiles(files: Readonly<Record<string, string | Uint8Array>>, options: Partial<ReadOptions> = {}): Promise<ReadResult> {
  const folder = mkdtempSync(join(tmpdir(), 'registry-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const result = await readRegistry(folder, { kinds: ['Indicator'], ...options });
    const relative = ({ file, ...rest }: Fault): Fault => ({ ...rest, file: file.replace(`${folder}/`, '').replace(folder, '.') });
    if (result.registry !== undefined) return { ...result, warnings: result.warnings.map(relative) };
    return { faults: result.faults.map(relative), warnings: result.warnings.map(relative) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The line with `#<`, from 1. */
export const marked = (text: string): number => text.split('\n').findIndex((line) => line.includes('#<')) + 1;

/** Replaces exactly one place. */
export function edit(text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`"${from}" stands ${text.split(from).length - 1} times in the text`);
  return text.replace(from, () => to);
}
