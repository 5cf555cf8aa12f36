/** Whether a bill of materials is one: CycloneDX, and it names what package.json asks for, each by name, version and a checksum. */
import { readFileSync } from 'node:fs';

interface Component {
  readonly name?: string;
  readonly version?: string;
  readonly purl?: string;
  readonly hashes?: readonly { readonly alg?: string; readonly content?: string }[];
}
interface Bill {
  readonly bomFormat?: string;
  readonly specVersion?: string;
  readonly components?: readonly Component[];
}

const [path = ''] = process.argv.slice(2);
const { bomFormat, specVersion, components = [] } = JSON.parse(readFileSync(path, 'utf8')) as Bill;
const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { readonly dependencies: Readonly<Record<string, string>> };
const nameOf = ({ purl = '' }: Component): string => decodeURIComponent(purl.replace(/^pkg:npm\//, '').replace(/@[^@]*$/, ''));
const there = new Map(components.map((component) => [`${nameOf(component)}@${component.version ?? ''}`, component]));
const faults = [
  ...(bomFormat === 'CycloneDX' && /^1\.\d$/.test(specVersion ?? '') ? [] : ['it is no CycloneDX document']),
  ...Object.entries(dependencies).filter(([name, version]) => !there.has(`${name}@${version}`)).map(([name, version]) => `${name}@${version} is not in it`),
  ...[...there].filter(([, { hashes = [] }]) => !hashes.some(({ alg, content }) => alg === 'SHA-512' && /^[0-9a-f]{128}$/.test(content ?? ''))).map(([name]) => `${name} has no checksum`),
];
for (const fault of faults) process.stderr.write(`${path}: ${fault}\n`);
process.stdout.write(`${path}: ${components.length} components\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
